import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

public class Plugin {
    public static void main(String[] arguments) throws Exception {
        Map<String, MillracePlugin.Function> functions = new LinkedHashMap<>();
        functions.put("echo", (input, context) -> input);
        functions.put("progress", (input, context) -> {
            context.progress(0.5, "half");
            context.log("warn", "a warning");
            return null;
        });
        functions.put("wait", (input, context) -> {
            try {
                Thread.sleep(30_000);
            } catch (InterruptedException stopped) {
                return Map.of("stopped", true);
            }
            return null;
        });
        functions.put("business", (input, context) -> {
            throw new MillracePlugin.BusinessError("no_street", "There is no such street");
        });
        functions.put("application", (input, context) -> {
            throw new MillracePlugin.ApplicationError("try_later", "Not now");
        });
        functions.put("fail", (input, context) -> {
            throw new IllegalStateException("boom");
        });
        functions.put("files", (input, context) -> {
            Path directory = Path.of((String) context.get("directory"));
            Files.writeString(directory.resolve("out.txt"), Files.readString(directory.resolve("in.txt")).toUpperCase());
            return null;
        });
        functions.put("stray", (input, context) -> {
            System.out.print("stray without end");
            System.out.println("\nstray line");
            return Map.of("printed", true);
        });
        functions.put("big", (input, context) ->
            "x".repeat(((Number) MillracePlugin.object(input).get("size")).intValue()));
        functions.put("crash", (input, context) -> {
            Runtime.getRuntime().halt(3);
            return null;
        });
        functions.put("context", (input, context) -> MillracePlugin.object(
            "job", context.get("job"),
            "attempt", context.get("attempt"),
            "language", MillracePlugin.object(context.get("config")).get("language"),
            "key", ((String) MillracePlugin.object(context.get("secrets")).get("key")).length()));
        MillracePlugin.serve(functions);
    }
}
