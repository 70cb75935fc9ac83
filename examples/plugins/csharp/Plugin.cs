using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

static class Plugin
{
    static void Main()
    {
        MillracePlugin.Serve(new Dictionary<string, MillraceFunction> { { "check_iban", CheckIban } });
    }

    static object CheckIban(object input, MillraceContext context)
    {
        var iban = (string)MillraceJson.Member(input, "iban");
        var text = iban.Replace(" ", "").ToUpperInvariant();
        if (!Regex.IsMatch(text, "^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}\\z"))
            throw new BusinessError("no_iban", iban + " is no IBAN");
        // A digit stands for itself, A for 10, Z for 35.
        var values = (text.Substring(4) + text.Substring(0, 4)).Select(each => each <= '9' ? each - '0' : each - 'A' + 10);
        var remainder = values.Aggregate(0, (sum, value) => (sum * (value > 9 ? 100 : 10) + value) % 97);
        return MillraceJson.Object("valid", remainder == 1, "country", text.Substring(0, 2));
    }
}
