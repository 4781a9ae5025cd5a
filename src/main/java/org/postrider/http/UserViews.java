package org.postrider.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of accounts on the control interface. */
public final class UserViews {
    private UserViews() {}

    /** What is to become of an account; the password where it is set, {@code sendAs} where it is new. */
    public record Order(
            String name,
            @Nullable String password,
            @Nullable List<String> sendAs) {
        /** Never the password. */
        @Override
        public String toString() {
            return "Order[" + name + "]";
        }
    }

    /** @param change what was done */
    public record Changed(String name, String change) {}

    /** @param origin {@code file} or {@code state} */
    public record Line(String name, String origin, boolean disabled, List<String> sendAs) {}
}
