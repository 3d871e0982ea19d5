/**
 * A WebSocket connection as a stream: read and write messages in straight-line code (RFC 6455).
 *
 * <p><b>By task.</b> Become a connection: {@link dev.zws.Transport}, {@link dev.zws.Handshake}, {@link dev.zws.Upgrade}. Talk:
 * {@link dev.zws.Conn}, {@link dev.zws.Message}; in pieces, {@link dev.zws.MessageInput} and {@link dev.zws.MessageOutput}; frame
 * by frame, {@link dev.zws.FrameHeader} and {@link dev.zws.Frame}. Bring your own bytes: {@link dev.zws.ByteReader},
 * {@link dev.zws.ByteWriter}. Understand an end: {@link dev.zws.CloseStatus}, {@link dev.zws.WebSocketException}.
 *
 * <p><b>What a read returns at the edges.</b>
 *
 * <table>
 *   <caption>null and exceptions</caption>
 *   <tr><th>call</th><th>null</th><th>exception</th></tr>
 *   <tr>
 *     <td>{@code readMessage()}, {@code readStream()}</td>
 *     <td>the connection ended by a Close; see {@code closeStatus()}</td>
 *     <td>end of stream without a Close: {@code ConnectionLostException} (1006); violations and limits:
 *         {@code ProtocolException}; both are the end</td>
 *   </tr>
 *   <tr>
 *     <td>{@code pollMessage()}</td>
 *     <td>nothing complete now; see {@code state()} and {@code wantsWrite()}</td>
 *     <td>as above; {@code drain()} still sends the last Close</td>
 *   </tr>
 *   <tr>
 *     <td>{@code readMessage(byte[])}</td>
 *     <td>as {@code readMessage()}</td>
 *     <td>a message larger than the array: {@code MessageTooLargeException}; it was dropped, the connection goes on</td>
 *   </tr>
 *   <tr>
 *     <td>{@code readFrameBorrowed()}</td>
 *     <td>the frame is larger than the reader's ceiling; nothing was consumed</td>
 *     <td>as above; after the peer's Close: {@code ConnectionClosedException}</td>
 *   </tr>
 * </table>
 *
 * <p>One byte over a limit of {@link dev.zws.Conn.Config} is a violation with its own close code, found before the byte is stored.
 *
 * <p><b>Inside, in reading order.</b> {@code FrameHeader} (the rules of one header), {@code Mask}, {@code Utf8Validator};
 * {@code FrameReader} (bytes to frames), {@code Receiver} (frames to messages: here a ping is answered), {@code Sender} (messages
 * to bytes, locks, the end of a connection); {@code HttpHead} under the handshake.
 */
@NullMarked
package dev.zws;

import org.jspecify.annotations.NullMarked;
