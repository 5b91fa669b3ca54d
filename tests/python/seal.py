"""Asks pyHanko whether a sealed permit is valid: `seal.py PERMIT.pdf AUTHORITY.crt` prints its verdict as JSON."""

import json
import sys

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

with open(sys.argv[2], "rb") as file:
    authority = x509.Certificate.load(file.read())
with open(sys.argv[1], "rb") as file:
    [signature] = PdfFileReader(file).embedded_signatures
    trust = ValidationContext(trust_roots=[authority], allow_fetching=False)
    status = validate_pdf_signature(signature, trust)
    print(json.dumps({
        "bottom_line": status.bottom_line,
        "intact": status.intact,
        "trusted": status.trusted,
        "coverage": status.coverage.name,
        "modification": status.modification_level.name,
    }))
