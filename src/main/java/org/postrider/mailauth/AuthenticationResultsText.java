package org.postrider.mailauth;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mailauth.AuthenticationResults.Entry;
import org.postrider.mailauth.AuthenticationResults.Property;

/** Writes Authentication-Results, and reads of others' whose they are (RFC 8601 §2.2). */
final class AuthenticationResultsText {
    private static final int LINE_CHARS_WANTED = 78;

    /** Of a value that came from outside. */
    private static final int VALUE_CHARS_MAX = 256;

    private static final int COMMENT_DEPTH_MAX = 20;

    /** What ends a token (RFC 2045 §5.1). */
    private static final String TSPECIALS = "()<>@,;:\\\"/[]?=";

    private final String text;
    private int at;

    private AuthenticationResultsText(String text) {
        this.text = text;
    }

    static String value(AuthenticationResults results) {
        StringBuilder value = new StringBuilder(id(results.authservId()));
        if (results.entries().isEmpty()) {
            return value.append("; none").toString();
        }
        for (Entry entry : results.entries()) {
            value.append(";\r\n\t");
            int column = 8;
            String result = entry.method() + "=" + entry.result().text();
            value.append(result);
            column += result.length();
            if (!entry.reason().isEmpty()) {
                // The text of a reason is ours in part: always in quotes, so that it can have blanks.
                column = word(value, column, "reason=" + quoted(entry.reason()));
            }
            for (Property property : entry.properties()) {
                column = word(value, column, property.type() + "." + property.name() + "=" + safe(property.value()));
            }
        }
        return value.toString();
    }

    private static int word(StringBuilder value, int column, String word) {
        boolean folds = column + 1 + word.length() > LINE_CHARS_WANTED;
        value.append(folds ? "\r\n\t " : " ").append(word);
        return (folds ? 9 : column + 1) + word.length();
    }

    /** An authserv-id is a token or quoted; unlike a property's value it can be no address (RFC 8601 §2.2). */
    private static String id(String authservId) {
        return authservId.length() <= VALUE_CHARS_MAX && isToken(authservId) ? authservId : quoted(authservId);
    }

    /** As it is where it is a token, or an address of such; else in quotes. */
    private static String safe(String value) {
        int sign = value.lastIndexOf('@');
        String right = value.substring(sign + 1);
        boolean plain = value.length() <= VALUE_CHARS_MAX
                && isToken(right)
                && (sign < 0 || sign == 0 || isDotAtom(value.substring(0, sign)));
        return plain ? value : quoted(value);
    }

    private static boolean isToken(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7f && TSPECIALS.indexOf(c) < 0);
    }

    private static boolean isDotAtom(String value) {
        return isToken(value.replace('/', '_').replace('=', '_').replace('?', '_'))
                && !value.startsWith(".")
                && !value.endsWith(".")
                && !value.contains("..");
    }

    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        int length = Math.min(value.length(), VALUE_CHARS_MAX);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c < ' ' || c > 0x7e ? '?' : c);
        }
        return quoted.append('"').toString();
    }

    static Optional<String> authservId(String value) {
        return Optional.ofNullable(new AuthenticationResultsText(value).id()).filter(id -> !id.isEmpty());
    }

    private @Nullable String id() {
        if (!skipBlanksAndComments() || at == text.length()) {
            return null;
        }
        String id = text.charAt(at) == '"' ? quotedString() : token();
        if (id == null || !skipBlanksAndComments()) {
            return null;
        }
        // [ CFWS authres-version ]
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        boolean ends = skipBlanksAndComments() && (at == text.length() || text.charAt(at) == ';');
        return ends ? id : null;
    }

    private String token() {
        int from = at;
        while (at < text.length()
                && text.charAt(at) > ' '
                && text.charAt(at) != 0x7f
                && TSPECIALS.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private @Nullable String quotedString() {
        StringBuilder inside = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return inside.toString();
            }
            boolean escapes = c == '\\' && at < text.length();
            inside.append(escapes ? text.charAt(at++) : c);
        }
        return null;
    }

    static Optional<AuthResult> told(String results, String method) {
        return new AuthenticationResultsText(results).result(method);
    }

    /** Goes from result to result, past whatever is quoted or in comments. */
    private Optional<AuthResult> result(String method) {
        while (skipBlanksAndComments() && at < text.length()) {
            String name = token();
            boolean named = Ascii.equalsIgnoreCase(name, method);
            if (skipBlanksAndComments() && named && at < text.length() && text.charAt(at) == '=') {
                at++;
                return skipBlanksAndComments() ? word(token()) : Optional.empty();
            }
            if (!skipResult()) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<AuthResult> word(String text) {
        for (AuthResult result : AuthResult.values()) {
            if (Ascii.equalsIgnoreCase(result.text(), text)) {
                return Optional.of(result);
            }
        }
        return Optional.empty();
    }

    /** To behind the next semicolon; false where a quoted text or a comment does not end. */
    private boolean skipResult() {
        while (skipBlanksAndComments() && at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                if (quotedString() == null) {
                    return false;
                }
            } else {
                at++;
                if (c == ';') {
                    return true;
                }
            }
        }
        return false;
    }

    /** False where a comment does not end. */
    private boolean skipBlanksAndComments() {
        int depth = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '(') {
                depth++;
            } else if (depth > 0) {
                depth -= c == ')' ? 1 : 0;
                at += c == '\\' ? 1 : 0;
            } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                break;
            }
            if (depth > COMMENT_DEPTH_MAX) {
                return false;
            }
        }
        at = Math.min(at, text.length());
        return depth == 0;
    }
}
