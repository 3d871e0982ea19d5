/**
 * A WebSocket connection as a stream (RFC 6455): read and write messages, or frames, in straight-line code.
 *
 * <p><b>By task.</b> Open a connection: {@link dev.zws.Transport}; at the server {@link dev.zws.Handshake} with
 * {@link dev.zws.OriginPolicy}, {@link dev.zws.Headers} and {@link dev.zws.Refusal}, at the client
 * {@link dev.zws.ClientHandshake} with {@link dev.zws.BadHandshake}; both give an {@link dev.zws.Upgrade}. Compress (RFC 7692):
 * {@link dev.zws.PerMessageDeflateConfig} with {@link dev.zws.Takeover} is what you want, {@link dev.zws.PerMessageDeflate} what
 * was agreed on. Talk:
 * {@link dev.zws.Conn} with its {@link dev.zws.Conn.Config}, {@link dev.zws.Message}; in pieces,
 * {@link dev.zws.MessageInput} and {@link dev.zws.MessageOutput}; frame by frame, {@link dev.zws.FrameHeader} and
 * {@link dev.zws.Frame}. Let a function answer: {@link dev.zws.Handler} with {@link dev.zws.SliceHandler},
 * {@link dev.zws.StreamHandler} and {@link dev.zws.Response}. Bring your own I/O: {@link dev.zws.ByteReader}, {@link dev.zws.ByteWriter}. Bound what a peer may cost:
 * {@link dev.zws.Limits}, {@link dev.zws.Deadlines} with {@link dev.zws.Watchdog}; single calls to the stream:
 * {@link dev.zws.TimeoutConfig}, {@link dev.zws.RuntimeHooks}. Why it ended: {@link dev.zws.CloseStatus}, {@link dev.zws.Violation},
 * {@link dev.zws.Overdue}, {@link dev.zws.WebSocketException}, {@link dev.zws.Outcome}.
 *
 * <p><b>What stays.</b> All public API is stable but for what is {@link dev.zws.Provisional}.
 *
 * <p><b>When a read returns null, or throws.</b>
 *
 * <table>
 *   <caption>null and exceptions</caption>
 *   <tr><th>call</th><th>null</th><th>exception</th></tr>
 *   <tr>
 *     <td>{@code readMessage()}, {@code readStream()}</td>
 *     <td>the peer's Close was read; see {@code closeStatus()}</td>
 *     <td>end of stream without a Close: {@code ConnectionLostException} (1006); violations and limits:
 *         {@code ProtocolException}; deadlines: {@code ConnectionTimeoutException}; these are final. Not final: over
 *         {@code readNanos}, {@code WebSocketTimeoutException}; with {@code Limits.Oversize.DRAIN},
 *         {@code MessageTooLargeException}</td>
 *   </tr>
 *   <tr>
 *     <td>{@code pollMessage()}</td>
 *     <td>none complete now, too much output waits ({@code wantsWrite()}), or the peer's Close was read ({@code state()})</td>
 *     <td>as {@code readMessage()}; {@code drain()} still sends the last Close</td>
 *   </tr>
 *   <tr>
 *     <td>{@code readMessage(byte[])}</td>
 *     <td>as {@code readMessage()}</td>
 *     <td>as {@code readMessage()}; a message larger than the array: {@code MessageTooLargeException}, dropped, the
 *         connection goes on</td>
 *   </tr>
 *   <tr>
 *     <td>{@code readFrameBorrowed()}</td>
 *     <td>the frame is larger than {@code ByteReader.ceiling()}; nothing was consumed</td>
 *     <td>as {@code readMessage()}; after the peer's Close: {@code ConnectionClosedException}</td>
 *   </tr>
 *   <tr>
 *     <td>{@code Handler.run()}, {@code runStream()}, {@code runAsync()}</td>
 *     <td>never: an {@code Outcome}, clean or with the failure that a read would throw</td>
 *     <td>a handler failed: {@code HandlerException}, 1011 was sent; misuse; {@code InterruptedIOException}</td>
 *   </tr>
 *   <tr>
 *     <td>{@code SliceLoop.poll()}</td>
 *     <td>nothing more to handle now, as {@code pollMessage()}</td>
 *     <td>as {@code Handler.run()}; {@code drain()} still sends the last Close</td>
 *   </tr>
 * </table>
 *
 * <p>One over a limit on input in {@link dev.zws.Limits} fails the connection with 1008 or 1009, before the byte is stored;
 * {@code Limits.Oversize.DRAIN} drops the message instead.
 *
 * <p><b>Inside, in reading order.</b> The rules: {@code FrameHeader} (of a header), {@code Utf8Validator} (of text),
 * {@code CloseStatus} (of a Close), {@code OpeningRequest} and {@code OpeningResponse} (of the handshakes), {@code ExtensionList}
 * and {@code DeflateNegotiation} (of permessage-deflate within them). Then
 * {@code FrameReader} (bytes to frames, where the first three are applied), {@code Receiver} (frames to messages: here a ping is
 * answered), {@code Sender} (messages to frames, each in its turn), {@code FrameWriter} (frames to bytes, failure),
 * {@code ClosingHandshake} (the end), {@code Liveness} (what follows from silence), and {@code HttpHead} under the handshakes. On top:
 * {@code SliceLoop}, {@code StreamLoop}, {@code AsyncLoop} with {@code Relay} (messages to handlers), {@code LoopEnd} (how these end).
 */
@NullMarked
package dev.zws;

import org.jspecify.annotations.NullMarked;
