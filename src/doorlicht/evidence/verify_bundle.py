# pyright: basic
"""Verify a bundle of doorlicht without doorlicht: Python 3.11 and the library ``cryptography``.

    python verify_bundle.py BUNDLE.zip [--key KEY]... [--checkpoint FILE]...

KEY is the public key of the log, one line, which you have from the organisation itself and not
from this bundle. FILE is a checkpoint that you were given before. Checked are, in this order:

archive     the ZIP has the files that it lists and no other byte: no links, folders, odd names
manifest    manifest.json is signed by a key of the log, and seals every byte before it
file        each file has the size and SHA-256 of the manifest; none is missing or too many
checkpoint  the checkpoints are notes of this log, signed by a key of it; yours as well
entries     log/entries.jsonl is a chain: numbers, form, hash of the entry before, and before each
            change of a subject the hash that it had after the last one
fork        the Merkle root (RFC 6962) over the entries is the one of every checkpoint
record      each record has the hash that the log gave it last; none is missing or too many
key         the key that signed was valid at that moment and at the last of the log; yours, if given

Exit code 0: all holds. 1: the first thing that does not is named. 2: all holds, but no KEY was
given: anybody may have made it. 64: wrong use. Time stamps are not checked. See docs/reference.
"""

import base64
import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_FILES, MAX_LINE, MAX_SMALL, MAX_NOTE, MAX_UNPACKED = 10_000, 1 << 26, 1 << 24, 1 << 20, 1 << 33
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,99}){0,3}")
MANIFEST, ENVELOPE, NEWEST = "manifest.json", "manifest.dsse.json", "log/checkpoint.txt"
CHECKPOINT = re.compile(r"log/checkpoint\.txt|log/checkpoints/[0-9]+\.txt")
HEAD = r"(([^\x00-\x1f]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n(?:[^\x00-\x1f]+\n)*)"
NOTE = re.compile(r"\A" + HEAD + r"\n((?:— [^+\s]+ [A-Za-z0-9+/=]+\n){1,100})\Z")
BOTH = {"number": int, "subjects": list, "action": str, "at": str, "by": str, "previous_hash": str}
FORM_1 = {**BOTH, "content_sha256": str}
FORM_2 = {**BOTH, "changes": list, "evidence": dict, "form": int, "reason": str, "versions": dict}
BAD_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, OSError, RuntimeError)
BAD_FORM = (LookupError, TypeError, ValueError, AttributeError, RuntimeError, InvalidSignature)
INTS, refuse, key_of = range(1 << 53), [].index, Ed25519PublicKey.from_public_bytes
# RFC 8785, for names in ASCII and whole numbers below 2^53; and what form 1 had instead.
READ = json.JSONDecoder(parse_int=lambda text: INTS.index(int(text)),
                        parse_float=refuse, parse_constant=refuse).decode  # fmt: skip
PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class BrokenError(Exception):
    """Something does not hold: which check, and where."""


@contextmanager
def naming(errors, check, place):
    try:
        yield
    except errors:
        raise BrokenError(check, str(place)) from None


def need(holds, check, place):
    if not holds:
        raise BrokenError(check, str(place))


def read_at(file, place, count):
    file.seek(place)
    return file.read(count)


def open_archive(file):
    """Open the ZIP, if each byte of it is in a file or follows from the list of files."""
    with naming(BAD_ZIP, "archive", ""):
        archive = zipfile.ZipFile(file)
        members, listed, place = archive.infolist(), b"", 0
        need(len({*archive.namelist()}) == len(members) <= MAX_FILES, "archive", "")
        need(sum(one.file_size for one in members) <= MAX_UNPACKED, "archive", "")
        for one in members:
            name, packed = one.filename.encode(), one.compress_size
            need(NAME.fullmatch(one.filename), "archive", one.filename)
            need(one.compress_type == 8 or packed == one.file_size, "archive", one.filename)
            method, sizes = 8 * (one.compress_type == 8), (packed, one.file_size, len(name))
            common = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 33, one.CRC, *sizes, 0)
            listed += b"PK\1\2\x14\3" + common
            listed += struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, place) + name
            header = b"PK\3\4" + common + name
            need(read_at(file, place, len(header)) == header, "archive", one.filename)
            place += len(header) + packed
        end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(listed), place, 0)
        need(read_at(file, place, -1) == listed + b"PK\5\6" + end, "archive", "")
    need([one.filename for one in members[-2:]] == [MANIFEST, ENVELOPE], "archive", MANIFEST)
    return archive


def chunks(archive, name):
    """Yield the content of a file; zipfile gives no more of it than the list announced."""
    with naming(BAD_ZIP, "archive", name), archive.open(name) as file:
        while chunk := file.read(1 << 20):
            yield chunk


def small(archive, name):
    need(name in archive.namelist() and archive.getinfo(name).file_size <= MAX_SMALL, "file", name)
    return b"".join(chunks(archive, name))


def lines(archive, name, check):
    rest, number = b"", 0
    for chunk in chunks(archive, name) if name in archive.namelist() else ():
        *whole, rest = (rest + chunk).split(b"\n")
        need(len(rest) <= MAX_LINE, check, number + 1)
        for line in whole:
            number += 1
            yield number, line
    need(not rest, check, number + 1)


def unpack(text):
    """Read base64, if it is written in the one way that it should be."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError(text)
    return raw


def parse_key(text):
    """Read a public key: name+id+base64 of its kind (1: log, 4: witness) and 32 bytes."""
    name, told, material = text.strip().split("+", 2)
    raw = base64.b64decode(material, validate=True)
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[0] not in (1, 4) or key_id.hex() != told:
        raise ValueError(text)
    return name, key_id, raw[0], raw[1:]


def open_note(raw, keys, origin, place):
    """Read a checkpoint (C2SP tlog-checkpoint): its size and root, if a key of the log signed."""
    with naming(BAD_FORM, "checkpoint", place):
        ((text, told, size, root, tail),) = NOTE.findall(raw.decode())
        head, signers = (int(size), unpack(root)), set()
        for line in tail.split("\n")[:-1]:
            _, name, signature = line.split(" ")
            found = unpack(signature)
            need(len(found) > 4 and head[0] < 1 << 63, "checkpoint", place)
            for key in keys:
                if key[:2] == (name, found[:4]):
                    witness = b"cosignature/v1\ntime %d\n" % int.from_bytes(found[4:12], "big")
                    start, said = (12, witness) if key[2] == 4 else (4, b"")
                    key_of(key[3]).verify(found[start:], said + text.encode())
                    signers.add(key[2])
    need(told == origin and 1 in signers and len(raw) <= MAX_NOTE, "checkpoint", place)
    return head


def check_manifest(archive, file, keys):
    """Return the manifest and the key that signed it (in-toto statement in DSSE)."""
    raw, envelope = small(archive, MANIFEST), small(archive, ENVELOPE)
    kind, start = "application/vnd.in-toto+json", archive.getinfo(MANIFEST).header_offset
    sealed = hashlib.sha256()
    for place in range(0, start, 1 << 20):
        sealed.update(read_at(file, place, min(1 << 20, start - place)))
    with naming(BAD_FORM, "manifest", ENVELOPE):
        manifest, tree = READ(raw.decode()), json.loads(envelope)
        log, files = manifest["log"], manifest["files"]
        told = [(log["origin"], manifest["made"]["at"], log["size"])]
        told += [(one, one, 0) for one in manifest["withheld"]]
        told += [(one["path"], one["sha256"], one["bytes"]) for one in files]
        need({tuple(map(type, one)) for one in told} == {(str, str, int)}, "manifest", MANIFEST)
        need(len({one["path"] for one in files}) == len(files), "manifest", MANIFEST)
        payload, (one,) = unpack(tree["payload"]), tree["signatures"]
        signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload)
        signer, *_ = (k for k in keys if k[2] == 1 and f"{k[0]}+{k[1].hex()}" == one["keyid"])
        key_of(signer[3]).verify(unpack(one["sig"]), signed)
        need(len(one) == 2 and len(tree) == 3 and tree["payloadType"] == kind, "manifest", ENVELOPE)
        need(ENCODE(tree).encode() == envelope, "manifest", ENVELOPE)
        said = json.loads(payload)
        files = [{"digest": {"sha256": hashlib.sha256(raw).hexdigest()}, "name": MANIFEST}]
        need(said["predicateType"] == "urn:doorlicht:bundle:1", "manifest", ENVELOPE)
        need(said["subject"] == files and ENCODE(manifest).encode() == raw, "manifest", MANIFEST)
        seal = {"bytes": start, "sha256": sealed.hexdigest()}
        need((manifest["bundle"], manifest["archive"]) == (1, seal), "manifest", MANIFEST)
    return manifest, signer


def check_files(archive, manifest):
    listed = {one["path"]: (one["bytes"], one["sha256"]) for one in manifest["files"]}
    odd = {*listed} ^ ({*archive.namelist()} - {MANIFEST, ENVELOPE})
    need(not odd, "file", min(odd, default=""))
    for name in sorted(listed):
        digest, size = hashlib.sha256(), 0
        for chunk in chunks(archive, name):
            digest.update(chunk)
            size += len(chunk)
        need(listed[name] == (size, digest.hexdigest()), "file", name)


def check_entries(archive, heads, size):
    """Return the last hash of each subject, and the last moment; heads must have their roots."""
    states, before, edge, number, latest = {}, "0" * 64, [], 0, ""
    for number, raw in lines(archive, "log/entries.jsonl", "entries"):
        with naming(BAD_FORM, "entries", number):
            entry = READ(raw.decode())
            form = entry.get("form", 1)
            kinds = {name: type(value) for name, value in entry.items()}
            need(kinds == (FORM_2 if form == 2 else FORM_1), "entries", number)
            need((entry["number"], entry["previous_hash"]) == (number, before), "entries", number)
            need((PLAIN if form == 1 else ENCODE)(entry).encode() == raw, "entries", number)
            for subject, old, new in entry.get("changes", ()):
                need(states.get(subject) == old, "entries", number)
                states[subject + ""] = new
            if entry["at"] < latest:
                print("note: the clock ran backwards at entry", number)
            latest = max(latest, entry["at"])
        found, place = hashlib.sha256(b"\0" + raw).digest(), number
        before = hashlib.sha256(raw).hexdigest() if form == 1 else found.hex()
        while place % 2 == 0:
            found, place = hashlib.sha256(b"\1" + edge.pop() + found).digest(), place // 2
        edge.append(found)
        for name, root in heads.get(number, ()):
            found = edge[-1]
            for left in edge[-2::-1]:
                found = hashlib.sha256(b"\1" + left + found).digest()
            need(found == root, "fork", name)
    for larger in heads:
        need(larger <= number, "fork", heads[larger][0][0])
    need(number == size, "entries", number + 1)
    return states, latest


def check_records(archive, withheld, states):
    """Compare every record with the hash that the log gave its subject last."""
    wanted = {s for s in states if states[s] is not None and s.split(":")[0] not in withheld}
    for name in (one for one in archive.namelist() if one.startswith("records/")):
        for number, raw in lines(archive, name, "record"):
            place = f"{name}:{number}"
            with naming(BAD_FORM, "record", place):
                subject, _ = json.loads(raw)
                start = b"[" + ENCODE(subject).encode() + b","
                digest = hashlib.sha256(said := raw[len(start) : -1]).hexdigest()
                wanted.remove(subject)
                need(raw == start + said + b"]" and digest == states[subject], "record", place)
    need(not wanted, "record", min(wanted, default=""))


def verify(file, trusted=(), held=()):
    """Check a bundle, and return its log; the first thing that does not hold is raised."""
    archive = open_archive(file)
    with naming(BAD_FORM, "key", "records/key.jsonl"):
        keys, valid = [], []
        for raw in small(archive, "records/key.jsonl").splitlines():
            ((row,), events) = (said := json.loads(raw)[1])["keys"], said.get("key_events", [])
            ends = [row.get("until") or "\U0010ffff", *(one["at"] for one in events)]
            valid.append((row["at"] + "", min(map("".join, ends))))
            keys.append(parse_key(row["public"]))
    manifest, signer = check_manifest(archive, file, keys)
    check_files(archive, manifest)
    own = filter(CHECKPOINT.fullmatch, archive.namelist())
    log, made_at, heads = manifest["log"], manifest["made"]["at"], {}
    for place, raw in [*((one, small(archive, one)) for one in own), *held]:
        size, root = open_note(raw, keys, log["origin"], place)
        heads.setdefault(size, []).append((place, root))
    need(NEWEST in [one for one, _ in heads.get(log["size"], ())], "checkpoint", NEWEST)
    states, latest = check_entries(archive, heads, log["size"])
    check_records(archive, manifest["withheld"], states)
    start, end = valid[keys.index(signer)]
    need(start <= made_at and max(made_at, latest) < end, "key", signer[0])
    need(not trusted or signer in trusted, "key", signer[0])
    return log


def main():
    try:
        bundle, *rest = sys.argv[1:]
        given = list(zip(rest[::2], rest[1::2], strict=True))
        keys = [parse_key(key) for option, key in given if option == "--key"]
        held = [(one, Path(one).read_bytes()) for option, one in given if option == "--checkpoint"]
        if len(keys) + len(held) < len(given):
            raise ValueError("no such option")
        with Path(bundle).open("rb") as file:
            log = verify(file, keys, held)
    except (ValueError, OSError) as error:
        print(__doc__, error, sep="\n")
        return 64
    except BrokenError as broken:
        print("does not hold:", *broken.args)
        return 1
    note = () if keys else ("\nbut anybody may have made it: get the published key, and give it",)
    print("holds:", log["size"], "entries of", log["origin"], "(time stamps not checked)", *note)
    return 0 if keys else 2


if __name__ == "__main__":
    sys.exit(main())
