import re

from millrace_plugin import BusinessError


def check_iban(input):
    text = input["iban"].replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", text, re.ASCII):
        raise BusinessError("no_iban", f"{input['iban']} is no IBAN")
    # A digit stands for itself, A for 10, Z for 35.
    digits = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    return {"valid": int(digits) % 97 == 1, "country": text[:2]}
