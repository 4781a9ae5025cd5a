package org.postrider.queue;

/**
 * The destinations that share their MX hosts and their TLS policy: the unit of concurrency, throttle and back-off.
 *
 * @param name such as {@code mx:mx1.example.net,mx2.example.net} or {@code smtp:127.0.0.1:2600}; the same name is the
 *     same site
 */
public record Site(String name) {}
