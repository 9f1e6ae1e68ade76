package pdfexport.verapdf;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The little of JSON that is written here. */
final class Json {
    private Json() {}

    static String array(Stream<String> items) {
        return items.collect(Collectors.joining(", ", "[", "]"));
    }

    static String string(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : (text == null ? "" : text).toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
