package org.postrider.delivery;

import org.postrider.mail.MailHost;

/**
 * One host that takes a site's mail.
 *
 * @param preference 0 to 65535, lower is better
 */
record Exchanger(int preference, MailHost host) {}
