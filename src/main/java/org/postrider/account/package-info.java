/**
 * Who may authenticate, as whom they may send, and how much: accounts of the configuration, of the state database and of a
 * directory; tokens and certificates that name them; the guard against guessing; grants and quotas.
 *
 * <p>{@link org.postrider.account.Accounts} is the door: {@code caller} for a session that authenticates, {@code grants},
 * {@code quotas}, and {@code register} for the command line.
 *
 * <p>Must not know SMTP's replies or what the mechanisms' messages look like. Alone uses Bouncy Castle's Argon2 and LDAP.
 *
 * <p>STANDARDS: RFC 9106 (Argon2), 5802 and 5803 (SCRAM and how its verifiers are written), 4513 §5.1 (LDAP bind), 4514 and
 * 4515 (escaping), 7515, 7517, 7519 and 8037 (tokens and their keys), 7662 (introspection), 6409 §6.1 (who may send as whom).
 *
 * <p>Thread: any; judging may block, on Argon2's lanes, on the state database and on the network.
 */
@NullMarked
package org.postrider.account;

import org.jspecify.annotations.NullMarked;
