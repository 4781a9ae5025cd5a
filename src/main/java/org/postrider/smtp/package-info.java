/**
 * What both sides of SMTP share: the extensions' names, limits of the wire, and the parameters of MAIL and RCPT.
 *
 * <p>Knows {@code mail} and {@code message}; nothing of spool, queue or configuration files.
 *
 * <p>STANDARDS: RFC 5321 and the extensions listed in {@code smtp.server} and {@code smtp.client}.
 */
@NullMarked
package org.postrider.smtp;

import org.jspecify.annotations.NullMarked;
