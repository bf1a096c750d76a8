// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP/1.1 on connections: takes requests in, has a handler answer each, sends what it says; and asks other servers. Knows nothing of what is served.
 *
 * <pre>
 *   net.Acceptor --&gt; HttpServer --&gt; ServerConnection --&gt; Exchange --&gt; HttpHandler
 *                                     |  wire.RequestReader  |  head, body, done
 *              IncomingBody (a Body) &lt;+                      +&gt; OutgoingBody &lt;-- pulls -- Body: IncomingBody, FileBody
 *                     +--- aio.protocol.Connection: blocks in, OutboundQueue out ---+
 *
 *   HttpClient --&gt; Origin --&gt; ClientConnection --&gt; ReceivedResponse --&gt; ResponseHandler
 *                               |  SentRequest       |  wire.ResponseReader
 *                               +--- aio.protocol ---+
 * </pre>
 *
 * <p>A {@link dev.sluice.samples.http.Body} is pulled, piece by piece, by who takes it: so an upload waits for the disk that a {@link
 * dev.sluice.samples.http.FileSink} writes to, an echo for its client, and whatever is relayed for the slower of two sides, each with a few blocks in
 * memory and no more.
 */
package dev.sluice.samples.http;
