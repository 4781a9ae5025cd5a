package org.postrider.delivery;

import java.util.Optional;
import org.postrider.queue.Site;

/**
 * What a site's name says: where its servers are, and what sets it apart from other sites with the same servers.
 *
 * <pre>
 * mx:mx1.example.net,mx2.example.net                      on the terms of [delivery] tls
 * mx:mx1.example.net,mx2.example.net;tls=verify           a [[tls-policy]]
 * mx:mx1.example.net,mx2.example.net;tls=dane             what the recipients' domains publish
 * smtp:relay.example.net:587;tls=verify;user=us@example   a [[route]] with AUTH
 * </pre>
 *
 * @param route {@code mx:} and hosts, or a route's text
 * @param terms those of its TLS, where they are not those that hold for such a route anyhow
 * @param user as whom to authenticate, empty for not at all
 */
record SiteName(String route, Optional<SiteTerms> terms, String user) {
    private static final String TLS = ";tls=";
    private static final String USER = ";user=";

    static SiteName of(String route) {
        return new SiteName(route, Optional.empty(), "");
    }

    /** Reads a site's name. Terms that cannot be read are the strictest. */
    static SiteName of(Site site) {
        String name = site.name();
        if (name.startsWith("maildir:")) {
            // A path may have any character.
            return of(name);
        }
        int user = name.indexOf(USER);
        String before = user < 0 ? name : name.substring(0, user);
        int tls = before.indexOf(TLS);
        Optional<SiteTerms> terms = tls < 0
                ? Optional.empty()
                : SiteTerms.parse(before.substring(tls + TLS.length()))
                        .or(() -> Optional.of(TlsTerms.of(TlsLevel.VERIFY)));
        return new SiteName(
                tls < 0 ? before : before.substring(0, tls),
                terms,
                user < 0 ? "" : name.substring(user + USER.length()));
    }

    boolean isByMx() {
        return route.startsWith(SiteHosts.MX_PREFIX);
    }

    SiteName on(Optional<? extends SiteTerms> others) {
        return new SiteName(route, others.map(SiteTerms.class::cast), user);
    }

    Site site() {
        String text = terms.map(each -> TLS + each.text()).orElse("");
        return new Site(route + text + (user.isEmpty() ? "" : USER + user));
    }
}
