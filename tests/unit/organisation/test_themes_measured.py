"""How well themes are found in questions that the words were not written for.

All questions are invented. The words were chosen with the questions of ``test_themes.py`` and the
first list here at hand; the second list was written afterwards and only measured.
"""

from doorlicht.organisation import known_themes, propose_themes

(
    ORGANISATIONS, AUDIT, COORDINATED, WRONG, IMAGES, METHOD, MINIMAL, ALGORITHMS,
) = known_themes()  # fmt: skip

KNOWN = [
    ("Zijn er onderdelen van het ministerie waarvan u nog geen beeld heeft?", {ORGANISATIONS}),
    ("Waarom ontbreekt de inspectie in het overzicht?", {ORGANISATIONS}),
    ("Klopt het dat agentschappen niet in het onderzoek zijn betrokken?", {ORGANISATIONS}),
    ("Hoeveel dienstonderdelen moeten nog worden doorgelicht?", {ORGANISATIONS}),
    ("Wie heeft de bevindingen gevalideerd, en was die partij onafhankelijk?", {AUDIT}),
    ("Bent u bereid de ADR opdracht te geven tot een controle?", {AUDIT}),
    ("Wordt de Algemene Rekenkamer om een oordeel gevraagd?", {AUDIT}),
    ("Hoe werkt u samen met de minister van Binnenlandse Zaken in deze opgave?", {COORDINATED}),
    ("Welke afspraken zijn kabinetsbreed gemaakt?", {COORDINATED}),
    ("Wie is eindverantwoordelijk voor de afstemming tussen departementen?", {COORDINATED}),
    ("Welke stappen zet u als er later toch discriminerende selectie boven water komt?", {WRONG}),
    ("Krijgen mensen die onterecht zijn geselecteerd bericht?", {WRONG}),
    ("Zijn de onrechtmatig verwerkte gegevens inmiddels verwijderd?", {WRONG}),
    ("Worden opnames van toegangspoortjes gebruikt om afkomst af te leiden?", {IMAGES}),
    ("Zijn paspoortfoto's in de analyse betrokken?", {IMAGES}),
    ("Hoe heeft u vastgesteld dat een systeem geen nationaliteit bevat?", {METHOD}),
    ("Welke vragenlijst is aan de directies gestuurd?", {METHOD}),
    ("Kunt u uitleggen waarom is gekozen voor interviews?", {METHOD}),
    ("Hoe lang worden deze persoonsgegevens bewaard?", {MINIMAL}),
    ("Waarom registreert u geboorteland als dat voor de taak niet nodig is?", {MINIMAL}),
    ("Welke richtlijnen gelden voor het inzetten van AI-systemen?", {ALGORITHMS}),
    ("Is voor elk risicoselectiemodel een mensenrechtentoets uitgevoerd?", {ALGORITHMS}),
    ("Bent u het ermee eens dat vertrouwen belangrijk is?", set()),
    ("Kunt u deze vragen afzonderlijk beantwoorden?", set()),
    ("Wat is de stand van zaken rond de brug?", set()),
]

HELD_OUT = [
    ("Geldt de uitkomst ook voor de organisaties die pas dit jaar zijn gestart?", {ORGANISATIONS}),
    (
        "Kunt u een lijst geven van alle dienstonderdelen die nog moeten rapporteren?",
        {ORGANISATIONS},
    ),
    (
        "Vallen de regionale kantoren en de posten in het buitenland ook onder het onderzoek?",
        {ORGANISATIONS},
    ),
    ("Waarom is de staf van de secretaris-generaal niet doorgelicht?", {ORGANISATIONS}),
    (
        "Heeft een onafhankelijke instantie de conclusie bevestigd dat niets is aangetroffen?",
        {AUDIT},
    ),
    ("Is de Autoriteit Persoonsgegevens geraadpleegd?", {AUDIT}),
    ("Wanneer ontvangt de Kamer het auditrapport?", {AUDIT}),
    ("Hoe voorkomt u dat elk ministerie een eigen uitleg van de motie hanteert?", {COORDINATED}),
    ("Is er een centrale projectleider aangesteld voor het gehele Rijk?", {COORDINATED}),
    ("Hoe is het overleg tussen de betrokken bewindspersonen ingericht?", {COORDINATED}),
    ("Wat is het gevolg voor ambtenaren wanneer alsnog oneigenlijk gebruik blijkt?", {WRONG}),
    ("Kunnen burgers die zijn geraakt om inzage en correctie vragen?", {WRONG}),
    ("Worden besluiten herzien die op onrechtmatige profilering berusten?", {ALGORITHMS, WRONG}),
    ("Is bij de inventarisatie ook gekeken naar videobeelden van wachtruimten?", {IMAGES, METHOD}),
    ("Wordt uit pasfoto's iemands afkomst afgeleid?", {IMAGES}),
    ("Welke definitie van afkomst is gehanteerd?", {METHOD}),
    ("Hoe zeker bent u ervan dat niets over het hoofd is gezien?", {METHOD, ORGANISATIONS}),
    ("Zijn ook werkinstructies en mailboxen doorzocht?", {METHOD}),
    ("Waarom is het vastleggen van nationaliteit noodzakelijk?", {MINIMAL}),
    ("Kan het proces ook zonder deze gegevens worden uitgevoerd?", {MINIMAL}),
    ("Wanneer worden oude bestanden opgeschoond?", {WRONG}),
    ("Is het algoritme opgenomen in het register en is een IAMA gedaan?", {ALGORITHMS}),
    ("Welke kaders gelden sinds de inwerkingtreding van de AI-verordening?", {ALGORITHMS}),
    ("Is een gegevensbeschermingseffectbeoordeling uitgevoerd voor het risicomodel?", {ALGORITHMS}),
    ("Wat vindt u van het bericht in de krant?", set()),
    ("Deelt u de opvatting dat goed bestuur begint bij vertrouwen?", set()),
    ("Kunt u deze vragen beantwoorden voor het commissiedebat van volgende week?", set()),
    ("Hoeveel schepen passeren jaarlijks de sluis?", set()),
]


def measured(questions):
    """How many themes were found, how many there are, and which were found in the wrong place."""
    proposed = [{one.theme for one in propose_themes(text)} for text, _ in questions]
    given = [themes for _, themes in questions]
    found = sum(len(one & other) for one, other in zip(proposed, given, strict=True))
    wrong = [one - other for one, other in zip(proposed, given, strict=True) if one - other]
    return found, sum(map(len, given)), wrong


def test_the_themes_of_questions_that_were_at_hand_are_all_found():
    assert measured(KNOWN) == (22, 22, [])


def test_two_thirds_of_the_themes_of_other_questions_are_found_and_none_is_wrong():
    assert measured(HELD_OUT) == (18, 27, [])
