// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP/1.1 on connections: takes requests in, has a handler answer each, sends what it says; and asks other servers. Knows nothing of files.
 *
 * <pre>
 *   net.Acceptor --> HttpServer --> ServerConnection --> Exchange --> HttpHandler
 *                                     |  wire.RequestReader      |  head, body, done
 *                                     +--- aio.protocol ---------+
 *
 *   HttpClient --> Origin --> ClientConnection --> ReceivedResponse --> ResponseHandler
 *                               |  SentRequest       |  wire.ResponseReader
 *                               +--- aio.protocol ---+
 * </pre>
 */
package dev.sluice.samples.http;
