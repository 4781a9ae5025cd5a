/**
 * SRS: reverse-paths of mail that is passed on, written so that bounces come back by way of us and SPF finds us.
 *
 * <p>{@link org.postrider.mailauth.srs.Srs} rewrites and reads. Whose mail is to be rewritten is not known here, nor what
 * becomes of an address that is forged or old.
 *
 * <p>STANDARDS: the Sender Rewriting Scheme as M. Wong and S. Hazel described it, in the form that Mail::SRS, libsrs2 and
 * postsrsd share; within RFC 5321 §4.5.3.1.1, which leaves 64 octets for a local-part.
 *
 * <p>Thread: any.
 */
@NullMarked
package org.postrider.mailauth.srs;

import org.jspecify.annotations.NullMarked;
