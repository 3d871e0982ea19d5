package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.MessageType;
import dev.zws.Response;
import dev.zws.SliceContext;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A pocket calculator for each connection: the state of its handler, which needs no lock, as one message is handled after the other.
 * {@code 6}, {@code * 7}, {@code - 0.5} and {@code / 2} are each answered with what is in the display then.
 */
public final class Calculator {
    private static final MathContext DIGITS = MathContext.DECIMAL64;

    private BigDecimal display = BigDecimal.ZERO;

    private Calculator() {}

    /** Listens on {@code port} (0 picks one) until the listener is closed. */
    public static Listener start(int port, PrintStream log) throws IOException {
        return new Listener(port, log, Calculator::serve);
    }

    private static void serve(Transport transport) throws IOException {
        Conn.Config config = Conn.Config.DEFAULT;
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, AnyOrigin.OPTIONS), config)) {
            Handler.run(Handler.Options.DEFAULT, conn, new Calculator(), Calculator::answer);
        }
    }

    private static Response answer(SliceContext<Calculator> context) {
        if (context.type() != MessageType.TEXT) {
            return Response.text("error: not a text");
        }
        try {
            return Response.text(context.state().enter(context.message().text().strip()));
        } catch (ArithmeticException | NumberFormatException e) { // the caller's slip, and no reason to hang up
            return Response.text("error: " + e.getMessage());
        }
    }

    private String enter(String line) {
        String operand = line.length() > 1 && line.charAt(1) == ' ' ? line.substring(2) : line;
        char operator = operand.equals(line) ? '=' : line.charAt(0);
        BigDecimal value = new BigDecimal(operand.strip());
        display = switch (operator) {
            case '=' -> value;
            case '+' -> display.add(value, DIGITS);
            case '-' -> display.subtract(value, DIGITS);
            case '*' -> display.multiply(value, DIGITS);
            case '/' -> display.divide(value, DIGITS);
            default -> throw new ArithmeticException("no such operator: " + operator);
        };
        return display.toString();
    }
}
