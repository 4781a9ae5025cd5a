/**
 * The HTTP side: health, metrics, the local control interface of the command line, and the first page of {@code dev}.
 *
 * <p>{@link org.postrider.http.HttpServer} is the door; it asks a {@link org.postrider.http.Control} whatever it shows.
 * What happened to mail lately it knows from {@link org.postrider.http.RecentMail}, which listens to events.
 *
 * <pre>
 * GET  /health/live, /health/ready   200 or 503, for supervisors
 * GET  /metrics                      Prometheus text
 * GET  /control/summary, /queue, /message/ID, /content/ID, /recent     JSON, with the bearer token
 * POST /control/queue/ACTION, /control/reload                          JSON, with the bearer token
 * GET  /, /mail/ID…                  the pages of dev
 * </pre>
 *
 * <p>Whatever a message, a peer or a client of ours said is data: it is escaped in every page, and HTML mail is shown
 * without scripts, without remote content, in a frame that may do nothing.
 *
 * <p>Thread: a virtual thread a request, blocking.
 */
@NullMarked
package org.postrider.http;

import org.jspecify.annotations.NullMarked;
