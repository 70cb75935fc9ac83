/** The remainder of a text of digits and letters (A is 10, Z is 35) divided by 97. */
function remainder(text) {
  const digits = text.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return [...digits].reduce((sum, digit) => (sum * 10 + Number(digit)) % 97, 0);
}

module.exports = {
  check_iban: async ({ iban }, { BusinessError }) => {
    const text = iban.replaceAll(" ", "").toUpperCase();
    if (!/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/.test(text))
      throw new BusinessError("no_iban", `${iban} is no IBAN`);
    return { valid: remainder(text.slice(4) + text.slice(0, 4)) === 1, country: text.slice(0, 2) };
  },
};
