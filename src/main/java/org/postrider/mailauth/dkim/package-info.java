/**
 * DKIM, both sides: signatures of messages verified in one pass over their octets, and made.
 *
 * <pre>
 * HeaderSection ──► MessagePass ──► DkimVerification ──► DkimResults
 *    body octets ──►  BodyHashes     KeyLookups ──► dns
 * HeaderSection ──► DkimSigner.Signing ──► Signer (a lane of its own) ──► DKIM-Signature fields
 * </pre>
 *
 * <p>The body is read once for all signatures of a message, those of ARC among them, in constant memory; how it comes in
 * slices does not matter. Keys are asked for as soon as the header section is known. Remote input that makes no sense is a
 * result, never an exception. Must not know who uses it, and where keys are kept.
 *
 * <p>STANDARDS: RFC 6376, RFC 8301 (no SHA-1, key sizes), RFC 8463 (Ed25519), RFC 8616 (internationalized), RFC 8601 §2.7.1
 * (results).
 *
 * <p>Thread: what belongs to one message is confined; signers, settings and keys: any.
 */
@NullMarked
package org.postrider.mailauth.dkim;

import org.jspecify.annotations.NullMarked;
