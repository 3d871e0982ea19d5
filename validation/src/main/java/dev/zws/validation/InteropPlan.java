package dev.zws.validation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which rows are run. */
final class InteropPlan {
    static final String ZWS = "zws";

    private static final List<String> ECHOES = List.of("echo", "echo --poll", "frame-echo");
    /** Who is tried with windows. */
    private static final List<String> WINDOWED = List.of("ws", "websockets", "aiohttp", "chromium");
    /** Of those, who can say what they want, in both parts. */
    private static final List<String> ASKING = List.of("ws", "websockets");

    private static final List<InteropCase.Terms> TERMS = Stream.of(false, true)
            .flatMap(takeover -> Stream.of(9, 12, 15).map(bits -> new InteropCase.Terms(takeover, bits)))
            .toList();

    /** What {@code ./zws echo} is told, so that each mode and each setting comes up. */
    private record Setting(String echo, String takeover, int window) {
        String command() {
            return echo + " --deflate --takeover " + takeover + " --window " + window;
        }

        InteropCase.Terms terms() {
            return new InteropCase.Terms(!takeover.equals("none"), window);
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            new Setting("echo", "none", 9),
            new Setting("echo --poll", "none", 12),
            new Setting("echo", "none", 15),
            new Setting("echo --poll", "pooled", 9),
            new Setting("echo", "pooled", 12),
            new Setting("echo", "pooled", 15),
            new Setting("echo --poll", "dedicated", 15),
            new Setting("frame-echo", "pooled", 15));

    private final String launcher;
    private final boolean quick;

    InteropPlan(Path home, boolean quick) {
        this.launcher = home.resolve("zws").toString();
        this.quick = quick;
    }

    /** All of one peer. */
    List<InteropRow> rows(InteropPeer peer) {
        List<InteropRow> rows = new ArrayList<>();
        for (boolean deflate : new boolean[] {false, true}) {
            if (peer.isClient()) {
                rows.add(new InteropRow(
                        peer,
                        ZWS,
                        true,
                        true,
                        server(InteropPeer.program(ZWS), deflate),
                        with(peer.command(), "client"),
                        deflate,
                        null,
                        InteropCase.ALL));
            }
            if (peer.isServer()) {
                rows.add(new InteropRow(
                        peer,
                        ZWS,
                        false,
                        true,
                        server(peer.command(), deflate),
                        with(InteropPeer.program(ZWS), "client"),
                        deflate,
                        null,
                        InteropCase.ALL));
            }
        }
        if (!quick || peer.name().equals("ws")) {
            ECHOES.forEach(echo -> rows.add(new InteropRow(
                    peer,
                    echo,
                    true,
                    false,
                    launched(echo + " --port 0"),
                    with(peer.command(), "client"),
                    false,
                    null,
                    InteropCase.ECHO)));
            windows(peer, rows);
        }
        return rows;
    }

    private void windows(InteropPeer peer, List<InteropRow> rows) {
        if (!WINDOWED.contains(peer.name())) {
            return;
        }
        for (Setting setting : SETTINGS) {
            boolean tells = peer.name().equals("aiohttp"); // which offers a window by its bits only
            rows.add(window(
                    peer, setting.command(), setting.terms(), tells ? "--window " + setting.window() : "", true));
        }
        if (!ASKING.contains(peer.name())) {
            return;
        }
        String grants = new Setting("echo", "pooled", 15).command();
        for (InteropCase.Terms terms : TERMS) {
            String asks = "--takeover " + (terms.takeover() ? "both" : "none") + " --window " + terms.window();
            rows.add(window(peer, grants, terms, asks, true));
        }
        for (InteropCase.Terms terms : TERMS) {
            String wants = new Setting("connect", terms.takeover() ? "pooled" : "none", terms.window()).command();
            rows.add(window(peer, wants, terms, "", false));
        }
        String pooled = new Setting("connect", "pooled", 15).command();
        rows.add(window(peer, pooled, new InteropCase.Terms(false, 9), "--takeover none --window 9", false));
    }

    /** @param asks what the peer is told, besides */
    private InteropRow window(InteropPeer peer, String zws, InteropCase.Terms terms, String asks, boolean zwsServes) {
        List<String> peers = with(peer.command(), zwsServes ? "client" : "server --deflate");
        if (!asks.isEmpty()) {
            peers = with(peers, asks);
        }
        List<String> ours = launched(zws + (zwsServes ? " --port 0" : " --wait 0.2"));
        return new InteropRow(
                peer,
                asks.contains("--takeover") ? zws + ", the peer: " + asks : zws,
                zwsServes,
                false,
                zwsServes ? ours : peers,
                zwsServes ? peers : ours,
                true,
                terms,
                List.of(InteropCase.WINDOWS));
    }

    private static List<String> server(List<String> program, boolean deflate) {
        return with(program, deflate ? "server --deflate" : "server");
    }

    private List<String> launched(String arguments) {
        return with(List.of(launcher), arguments);
    }

    private static List<String> with(List<String> command, String arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments.split(" ")));
        return all;
    }
}
