import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The plugin side of Millrace for Java 17 or newer. One file, no dependency. The contract stands in
 * docs/guide/plugins.md. JSON is Map, List, String, Double, Long, Boolean and null.
 *
 * <pre>MillracePlugin.serve(Map.of("greet", (input, context) -> Map.of("text", "Hello")));</pre>
 */
public final class MillracePlugin {
    /** Does one thing. Whoever is asked to stop finds its thread interrupted. */
    public interface Function {
        Object apply(Object input, Context context) throws Exception;
    }

    /** The work cannot succeed as it is; it is not tried again. */
    public static final class BusinessError extends RuntimeException {
        final String code;

        public BusinessError(String code, String message) {
            super(message);
            this.code = code;
        }
    }

    /** The work may succeed later. */
    public static final class ApplicationError extends RuntimeException {
        final String code;

        public ApplicationError(String code, String message) {
            super(message);
            this.code = code;
        }
    }

    /** What the host says of an invocation, and the ways to speak to it. */
    public static final class Context {
        private final Map<String, Object> message;

        Context(Map<String, Object> message) {
            this.message = message;
        }

        /** {@code get("job")}, {@code get("secrets")}. */
        public Object get(String name) {
            return object(message.get("context")).get(name);
        }

        public void progress(double fraction, String text) {
            answer(object("type", "progress", "id", message.get("id"), "fraction", fraction, "message", text));
        }

        public void log(String level, String text) {
            answer(object("type", "log", "id", message.get("id"), "level", level, "message", text));
        }
    }

    private static PrintStream out;

    private MillracePlugin() {}

    /** Serves functions by name until the standard input ends. */
    public static void serve(Map<String, Function> functions) throws IOException {
        // Messages go to the real standard output; whatever else prints there lands in the log.
        out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
        System.setOut(System.err);
        ExecutorService threads = Executors.newCachedThreadPool();
        Map<Object, java.util.concurrent.Future<?>> running = new ConcurrentHashMap<>();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            Map<String, Object> message = object(parse(line));
            Object id = message.get("id");
            switch (String.valueOf(message.get("type"))) {
                case "probe":
                    answer(object("type", "ok", "id", id, "output", describe(functions)));
                    break;
                case "invoke":
                    running.put(id, threads.submit(() -> {
                        answer(invoke(functions, message));
                        running.remove(id);
                    }));
                    break;
                case "cancel":
                    var one = running.get(id);
                    if (one != null) one.cancel(true);
                    break;
                case "shutdown":
                    System.exit(0);
                    break;
                default:
            }
        }
        System.exit(0);
    }

    private static Map<String, Object> describe(Map<String, Function> functions) {
        var environment = System.getenv();
        return object(
            "name", environment.getOrDefault("MILLRACE_PACKAGE_NAME", ""),
            "version", environment.getOrDefault("MILLRACE_PACKAGE_VERSION", ""),
            "protocol", 1, "functions", new ArrayList<>(new TreeMap<>(functions).keySet()));
    }

    private static Map<String, Object> invoke(Map<String, Function> functions, Map<String, Object> message) {
        Object id = message.get("id");
        Object name = message.get("function");
        try {
            Function function = functions.get(name);
            if (function == null) throw new BusinessError("function_unknown", "there is no function " + name);
            return object("type", "ok", "id", id, "output", function.apply(message.get("input"), new Context(message)));
        } catch (BusinessError error) {
            return failure(id, "business", error.code, error, false);
        } catch (ApplicationError error) {
            return failure(id, "application", error.code, error, true);
        } catch (Throwable error) {
            error.printStackTrace();
            return failure(id, "application", "failed", error, true);
        }
    }

    private static Map<String, Object> failure(Object id, String kind, String code, Throwable error, boolean retry) {
        String text = error.getMessage() == null ? error.toString() : error.getMessage();
        Object body = object("kind", kind, "code", code, "message", text, "retry", retry);
        return object("type", "error", "id", id, "error", body);
    }

    private static synchronized void answer(Object message) {
        var text = new StringBuilder();
        write(message, text);
        out.println(text);
        out.flush();
    }

    /** A JSON object of names and values in turn. */
    public static Map<String, Object> object(Object... members) {
        var map = new LinkedHashMap<String, Object>();
        for (int index = 0; index < members.length; index += 2) map.put((String) members[index], members[index + 1]);
        return map;
    }

    /** A JSON value as an object; an empty one for anything else. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    private static void write(Object value, StringBuilder text) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (var entry : map.entrySet()) {
                text.append(separator);
                quote(String.valueOf(entry.getKey()), text);
                write(entry.getValue(), text.append(':'));
                separator = ",";
            }
            text.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            String separator = "";
            text.append('[');
            for (Object item : list) {
                write(item, text.append(separator));
                separator = ",";
            }
            text.append(']');
        } else if (value == null || value instanceof Number || value instanceof Boolean) text.append(value);
        else quote(value.toString(), text);
    }

    private static void quote(String value, StringBuilder text) {
        text.append('"');
        for (char each : value.toCharArray()) {
            if (each == '"' || each == '\\') text.append('\\').append(each);
            else if (each < ' ' || Character.isSurrogate(each)) text.append(String.format("\\u%04x", (int) each));
            else text.append(each);
        }
        text.append('"');
    }

    /** The value that a JSON text says. */
    public static Object parse(String text) {
        return new Parser(text).value();
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        Object value() {
            switch (next()) {
                case '{': return map();
                case '[': return list();
                case '"': return string();
                default: return word();
            }
        }

        /** The next character that is no space. */
        private char next() {
            while (Character.isWhitespace(text.charAt(at))) at++;
            return text.charAt(at);
        }

        private Map<String, Object> map() {
            var map = new LinkedHashMap<String, Object>();
            for (at++; next() != '}'; ) {
                if (next() == ',') at++;
                next();
                String name = string();
                next();
                at++;
                map.put(name, value());
            }
            at++;
            return map;
        }

        private List<Object> list() {
            var list = new ArrayList<>();
            for (at++; next() != ']'; ) {
                if (next() == ',') at++;
                list.add(value());
            }
            at++;
            return list;
        }

        private String string() {
            var found = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                char each = text.charAt(at);
                found.append(each == '\\' ? escaped() : each);
            }
            at++;
            return found.toString();
        }

        private char escaped() {
            char each = text.charAt(++at);
            if (each == 'u') {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
            }
            int known = "bfnrt".indexOf(each);
            return known < 0 ? each : "\b\f\n\r\t".charAt(known);
        }

        private Object word() {
            int from = at;
            while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
            String word = text.substring(from, at);
            switch (word) {
                case "true": return true;
                case "false": return false;
                case "null": return null;
                default:
            }
            if (word.matches("-?\\d{1,18}")) return Long.valueOf(word);
            return Double.valueOf(word);
        }
    }
}
