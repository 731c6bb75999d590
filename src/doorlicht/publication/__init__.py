"""Records of the Algorithm Register: filled from what is known, checked, compared with evidence."""

from doorlicht.publication.check import Problem, check_record, passes, say_problem
from doorlicht.publication.fields import FORMS, Form, RegisterField, form_of, register_fields

__all__ = [
    "FORMS",
    "Form",
    "Problem",
    "RegisterField",
    "check_record",
    "form_of",
    "passes",
    "register_fields",
    "say_problem",
]
