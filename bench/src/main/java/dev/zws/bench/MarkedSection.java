package dev.zws.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a document that is written by a program: between two markers, each once. */
final class MarkedSection {
    static final String BEGIN = "<!-- bench-compare:begin -->";
    static final String END = "<!-- bench-compare:end -->";

    private MarkedSection() {}

    /** Puts {@code content} there; the file stays as it is when that is there already. */
    static void write(Path file, String content) throws IOException {
        String text = Files.readString(file);
        String changed = replace(text, content, file.toString());
        if (!changed.equals(text)) {
            Files.writeString(file, changed);
        }
    }

    /** @throws IOException when {@code file} has not both markers, once, in their order */
    static void require(Path file) throws IOException {
        replace(Files.readString(file), "", file.toString());
    }

    static String replace(String text, String content, String name) throws IOException {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin || text.lastIndexOf(BEGIN) != begin || text.lastIndexOf(END) != end) {
            throw new IOException(
                    name + " must have the lines " + BEGIN + " and " + END + ", once each, in this order");
        }
        return text.substring(0, begin + BEGIN.length()) + "\n\n" + content + "\n\n" + text.substring(end);
    }
}
