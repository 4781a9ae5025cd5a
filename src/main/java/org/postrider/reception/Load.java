package org.postrider.reception;

import java.time.Duration;

/**
 * How busy the server is at one moment.
 *
 * @param sessions share of the allowed sessions that are open, 0 to 1
 * @param heap share of the heap that is in use after collection, 0 to 1
 * @param commitP99 how long the spool's commits take
 * @param spoolFill share of the space for new mail that is used, 0 to 1
 */
public record Load(double sessions, double heap, Duration commitP99, double spoolFill) {}
