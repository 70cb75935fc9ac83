import java.math.BigInteger;
import java.util.Map;
import java.util.stream.Collectors;

public class Plugin {
    public static void main(String[] arguments) throws Exception {
        MillracePlugin.serve(Map.of("check_iban", Plugin::checkIban));
    }

    static Object checkIban(Object input, MillracePlugin.Context context) {
        String iban = (String) MillracePlugin.object(input).get("iban");
        String text = iban.replace(" ", "").toUpperCase();
        if (!text.matches("[A-Z]{2}\\d{2}[A-Z0-9]{10,30}"))
            throw new MillracePlugin.BusinessError("no_iban", iban + " is no IBAN");
        // A digit stands for itself, A for 10, Z for 35.
        String digits = (text.substring(4) + text.substring(0, 4)).chars()
            .mapToObj(character -> String.valueOf(Character.digit(character, 36)))
            .collect(Collectors.joining());
        boolean valid = new BigInteger(digits).mod(BigInteger.valueOf(97)).intValue() == 1;
        return Map.of("valid", valid, "country", text.substring(0, 2));
    }
}
