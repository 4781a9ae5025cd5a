package org.postrider.dns;

import org.xbill.DNS.Name;

/**
 * One question of class IN.
 *
 * @param type as dnsjava's {@code Type} numbers them
 */
record Question(Name name, int type) {}
