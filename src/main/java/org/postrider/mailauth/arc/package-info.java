/**
 * ARC: the chain of sets in which those who pass a message on testify what they found, validated and continued.
 *
 * <p>{@link org.postrider.mailauth.arc.ArcValidation} shares the pass over the body, and the keys, with the verification of
 * DKIM; {@link org.postrider.mailauth.arc.ArcSealer} writes the next set. Must not know what the testimony is used for, nor
 * which sealers are trusted: a chain that passes says only who said it.
 *
 * <p>STANDARDS: RFC 8617, by way of RFC 6376 and its updates.
 *
 * <p>Thread: what belongs to one message is confined; a sealer: any.
 */
@NullMarked
package org.postrider.mailauth.arc;

import org.jspecify.annotations.NullMarked;
