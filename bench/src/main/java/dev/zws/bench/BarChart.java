package dev.zws.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Horizontal bars in SVG, in panels of two columns: made for reading beside the text, in a light or a dark browser. */
final class BarChart {
    /** @param high the right end of the whisker, null for none, as {@code low} */
    record Bar(
            String name,
            double value,
            @Nullable Double low,
            @Nullable Double high,
            String label,
            Kind kind) {
        double reach() {
            return high == null ? value : Math.max(value, high);
        }
    }

    /** @param mark where a dashed line stands; 0 for none */
    record Panel(String title, double mark, List<Bar> bars) {}

    /** Whose bar it is. */
    enum Kind {
        OWN("#1f6fb2"),
        CONTROL("#9cc4e4"),
        PEER("#a3a9b0");

        private final String colour;

        Kind(String colour) {
            this.colour = colour;
        }

        static Kind of(String server) {
            return server.equals(Contestant.CONTROL) ? CONTROL : Contestant.isOwn(server) ? OWN : PEER;
        }
    }

    private static final int PANEL_WIDTH = 560;
    private static final int MARGIN = 24;
    private static final int TOP = 84;
    private static final int PANEL_HEAD = 34;
    private static final int ROW = 22;
    private static final int BAR = 14;
    private static final int NAMES = 122;
    private static final int LABELS = 128;
    private static final int BARS = PANEL_WIDTH - NAMES - LABELS;
    /** Keeps a label readable where the dashed line passes behind it. */
    private static final String HALO = "paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\"";

    private static final String DARK = "#24292f";
    private static final String GREY = "#57606a";

    private final StringBuilder svg = new StringBuilder();

    private BarChart() {}

    static String svg(String title, String subtitle, List<Panel> panels) {
        BarChart chart = new BarChart();
        int columns = Math.min(2, panels.size());
        int width = columns * PANEL_WIDTH + (columns + 1) * MARGIN;
        List<Integer> tops = new ArrayList<>();
        int top = TOP;
        for (int i = 0; i < panels.size(); i += columns) {
            int rows = 0;
            for (Panel panel : panels.subList(i, Math.min(i + columns, panels.size()))) {
                tops.add(top);
                rows = Math.max(rows, panel.bars().size());
            }
            top += PANEL_HEAD + rows * ROW + MARGIN;
        }
        chart.open(width, top);
        chart.text(MARGIN, 36, "start", 20, DARK, title, "font-weight=\"600\"");
        chart.text(MARGIN, 60, "start", 13, GREY, subtitle, "");
        for (int i = 0; i < panels.size(); i++) {
            chart.panel(MARGIN + i % columns * (PANEL_WIDTH + MARGIN), tops.get(i), panels.get(i));
        }
        chart.svg.append("</svg>\n");
        return chart.svg.toString();
    }

    private void open(int width, int height) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"Helvetica, Arial, sans-serif\">",
                width, height, width, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height);
    }

    private void panel(int left, int top, Panel panel) {
        text(left, top + 14, "start", 14, DARK, panel.title(), "font-weight=\"600\"");
        double most = panel.bars().stream().mapToDouble(Bar::reach).max().orElse(1);
        double scale = BARS / Math.max(most, Double.MIN_NORMAL);
        int zero = left + NAMES;
        int first = top + PANEL_HEAD;
        int bottom = first + panel.bars().size() * ROW;
        if (panel.mark() > 0 && panel.mark() <= most) {
            double x = zero + panel.mark() * scale;
            add(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-dasharray=\"3 3\"/>",
                    x, first - 6, x, bottom, GREY);
        }
        for (int i = 0; i < panel.bars().size(); i++) {
            bar(zero, first + i * ROW, scale, panel.bars().get(i));
        }
        add("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>", zero, first - 6, zero, bottom, GREY);
    }

    private void bar(int zero, int top, double scale, Bar bar) {
        int baseline = top + BAR - 3;
        String weight = bar.kind() == Kind.OWN ? "font-weight=\"600\"" : "";
        text(zero - 8, baseline, "end", 12, DARK, bar.name(), weight);
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                zero, top, Math.max(0, bar.value() * scale), BAR, bar.kind().colour);
        if (bar.low() != null && bar.high() != null) {
            double from = zero + bar.low() * scale;
            double to = zero + bar.high() * scale;
            double y = top + BAR / 2.0;
            add(
                    "<path d=\"M%.1f %.1fH%.1fM%.1f %.1fv6M%.1f %.1fv6\" stroke=\"%s\" stroke-width=\"1.4\" fill=\"none\"/>",
                    from, y, to, from, y - 3, to, y - 3, DARK);
        }
        int labels = (int) Math.ceil(zero + Math.max(0, bar.reach()) * scale) + 8;
        text(labels, baseline, "start", 12, DARK, bar.label(), HALO);
    }

    private void text(int x, int y, String anchor, int size, String colour, String words, String more) {
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\" %s>%s</text>",
                x, y, anchor, size, colour, more, escaped(words));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
