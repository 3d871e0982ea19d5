package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.ConnectionClosedException;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.MessageType;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Rooms in which everybody gets what anybody says. The path of the address names the room; the message is sent on as it is.
 *
 * <p>Each member has a thread that reads and a thread that sends, with a short queue between the room and the latter, so nobody
 * waits for anybody: a member whose queue is full is dropped, and so is one that takes nothing within the write deadline.
 */
public final class Chat {
    /** How many messages may wait for a member, and how long each may be: 4 MiB at most. */
    private static final int QUEUE = 256;

    private static final int LONGEST = 16 * 1024;

    private final ConcurrentMap<String, Set<Member>> rooms = new ConcurrentHashMap<>();
    private final Conn.Config config;

    private Chat(Conn.Config config) {
        this.config = config.withLimits(config.limits().withMaxMessagePayload(LONGEST));
    }

    /** Listens on {@code port} (0 picks one) until the listener is closed. */
    public static Listener start(int port, Conn.Config config, PrintStream log) throws IOException {
        Chat chat = new Chat(config);
        return new Listener(port, log, chat::serve);
    }

    private void serve(Transport transport) throws IOException {
        Handshake.Request request =
                Handshake.begin(transport, AnyOrigin.OPTIONS).read();
        String room = request.path();
        Conn conn = Conn.server(transport, request.accept(), config);
        Member member = new Member(conn);
        Thread sending = Thread.startVirtualThread(member::send);
        try (conn) {
            listen(conn, room, member);
        } finally {
            sending.interrupt(); // not sooner: in the middle of a write it would cut the connection
        }
    }

    private void listen(Conn conn, String room, Member member) throws IOException {
        enter(room, member);
        try {
            for (Message message; (message = conn.readMessage()) != null; ) {
                if (message.type() == MessageType.TEXT) {
                    say(room, message.bytes());
                }
            }
        } finally {
            leave(room, member);
        }
    }

    private void enter(String room, Member member) {
        rooms.compute(room, (name, members) -> {
            Set<Member> all = members == null ? ConcurrentHashMap.newKeySet() : members;
            all.add(member);
            return all;
        });
    }

    private void leave(String room, Member member) {
        rooms.computeIfPresent(room, (name, members) -> {
            members.remove(member);
            return members.isEmpty() ? null : members;
        });
    }

    private void say(String room, byte[] text) {
        for (Member member : rooms.getOrDefault(room, Set.of())) {
            member.offer(text);
        }
    }

    private static final class Member {
        private final Conn conn;
        private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(QUEUE);

        Member(Conn conn) {
            this.conn = conn;
        }

        /** Never waits. */
        void offer(byte[] text) {
            if (!waiting.offer(text)) {
                conn.abort(); // too slow for this room; its reader finds out and leaves
            }
        }

        /** What has gathered leaves together. */
        void send() {
            List<byte[]> batch = new ArrayList<>();
            try {
                while (true) {
                    batch.clear();
                    batch.add(waiting.take());
                    waiting.drainTo(batch);
                    for (byte[] text : batch) {
                        conn.writeText(text, 0, text.length);
                    }
                    conn.flush();
                }
            } catch (InterruptedException | ConnectionClosedException e) {
                // the member has left
            } catch (IOException e) {
                conn.abort(); // the reader finds out why, and says so
            }
        }
    }
}
