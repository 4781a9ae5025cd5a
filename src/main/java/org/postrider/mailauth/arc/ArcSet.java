package org.postrider.mailauth.arc;

import org.postrider.mailauth.HeaderSection;

/**
 * The three fields that one handler of a message added (RFC 8617 §4.2).
 *
 * @param instance 1 for the first set, and so on
 * @param results ARC-Authentication-Results
 * @param message ARC-Message-Signature
 * @param seal ARC-Seal
 */
record ArcSet(int instance, HeaderSection.Field results, HeaderSection.Field message, HeaderSection.Field seal) {}
