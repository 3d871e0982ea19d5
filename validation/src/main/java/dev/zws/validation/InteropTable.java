package dev.zws.validation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The results as Markdown: three tables, and the notes to which their cells refer. */
final class InteropTable {
    private static final String BEGIN = "<!-- interop:begin -->";
    private static final String END = "<!-- interop:end -->";

    private final List<InteropRow.Result> results;
    private final List<String> notes = new ArrayList<>();

    private InteropTable(List<InteropRow.Result> results) {
        this.results = results;
    }

    static String of(List<InteropRow.Result> results) {
        return new InteropTable(results).text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        cases(text, "Each case, each way.", InteropCase.ALL);
        cases(text, "Against the echo servers of `./zws`.", InteropCase.ECHO);
        windows(text);
        if (!notes.isEmpty()) {
            for (int i = 0; i < notes.size(); i++) {
                text.append(i + 1).append(". ").append(notes.get(i)).append('\n');
            }
        }
        return text.toString().strip();
    }

    private void cases(StringBuilder text, String title, List<InteropCase> cases) {
        List<InteropRow.Result> rows = results.stream()
                .filter(result -> result.row().cases().equals(cases))
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        text.append(title).append("\n\n| peer | version | its part | compression |");
        cases.forEach(each -> text.append(' ').append(each.title).append(" |"));
        text.append("\n|").append("---|".repeat(4 + cases.size())).append('\n');
        for (InteropRow.Result result : rows) {
            InteropRow row = result.row();
            String part = row.zwsServes() ? "client" : "server";
            text.append("| ")
                    .append(row.peer().name())
                    .append(" | ")
                    .append(result.version())
                    .append(" | ");
            text.append(row.zws().equals(InteropPlan.ZWS) ? part : part + " of `" + row.zws() + "`");
            text.append(row.deflate() ? " | deflate |" : " | none |");
            cases.forEach(each -> text.append(' ').append(cell(result.of(each))).append(" |"));
            text.append('\n');
        }
        text.append('\n');
    }

    private void windows(StringBuilder text) {
        List<InteropRow.Result> rows = results.stream()
                .filter(result -> result.row().cases().contains(InteropCase.WINDOWS))
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        List<String> peers = rows.stream()
                .map(result -> result.row().peer().name())
                .distinct()
                .toList();
        text.append("Contexts kept or not, with windows of each size, agreed on and used.\n\n| zws |");
        peers.forEach(peer -> text.append(' ').append(peer).append(" |"));
        text.append("\n|").append("---|".repeat(1 + peers.size())).append('\n');
        for (String label :
                rows.stream().map(result -> result.row().zws()).distinct().toList()) {
            text.append("| `")
                    .append(label.replace(", the peer: ", "`, the peer: `"))
                    .append("` |");
            for (String peer : peers) {
                text.append(' ')
                        .append(rows.stream()
                                .filter(result -> result.row().zws().equals(label)
                                        && result.row().peer().name().equals(peer))
                                .map(result -> cell(result.of(InteropCase.WINDOWS)))
                                .collect(Collectors.joining(" ")))
                        .append(" |");
            }
            text.append('\n');
        }
        text.append('\n');
    }

    private String cell(InteropCell cell) {
        return switch (cell) {
            case InteropCell.Passed passed -> passed.note().isEmpty() ? "ok" : "ok " + reference(passed.note());
            case InteropCell.Without without -> "– " + reference(without.why());
            case InteropCell.Theirs theirs -> "theirs " + reference(theirs.why());
            case InteropCell.Failed failed -> "**failed** " + reference(failed.why());
        };
    }

    private String reference(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
        return "(" + (notes.indexOf(note) + 1) + ")";
    }

    /** Puts {@code content} between the markers of a document. */
    static void write(Path file, String content) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(file + " must have the lines " + BEGIN + " and " + END);
        }
        Files.writeString(
                file, text.substring(0, begin + BEGIN.length()) + "\n\n" + content + "\n\n" + text.substring(end));
    }
}
