package org.postrider.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Finds the reason in the words of a far side. Words count more than codes, since hosts use the codes as they please; of the
 * words the most telling come first.
 */
final class BounceClassifier {
    private static final int TEXT_CHARACTERS_MAX = 2_000;

    private BounceClassifier() {}

    private record Rule(BounceReason reason, List<String> phrases) {
        /** Phrases are separated by bars and in lower case. */
        static Rule of(BounceReason reason, String phrases) {
            return new Rule(reason, List.of(phrases.split("\\|", -1)));
        }

        boolean matches(String text) {
            return phrases.stream().anyMatch(text::contains);
        }
    }

    private static final List<Rule> RULES = List.of(
            Rule.of(
                    BounceReason.VIRUSDETECTED,
                    "contains a virus|virus found|virus detected|virus infect|infected with|malware"
                            + "|infected|trojan|a virus|contained virus|contains virus|message with virus|by virus|viruses"),
            Rule.of(BounceReason.SPAMDETECTED, "spam classification"),
            Rule.of(
                    BounceReason.POLICYVIOLATION,
                    "content presents a potential|our system detected an illegal attachment"),
            Rule.of(BounceReason.FILTERED, "recipient preferences"),
            Rule.of(
                    BounceReason.AUTHFAILURE,
                    "dmarc|spf record|spf check|spf fail|spf validation|bad spf|dkim|sender is unauthenticated|sender policy"
                            + " framework|authentication information or fails|failed authentication checks"),
            Rule.of(
                    BounceReason.REQUIREPTR,
                    "ptr record|reverse dns|rdns|reverse lookup|ip name lookup failed|mismatches client ip|cannot find your"
                            + " hostname|without a valid sender domain|reverse hostname|unresolvable relay host|no ptr|missing"
                            + " ptr|reverse mapping|client host rejected: cannot find"),
            Rule.of(
                    BounceReason.NOTCOMPLIANTRFC,
                    "rfc 5322 compliant|rfc compliant|multiple addresses in from|addresses in from: header|violates rfc|not rfc"
                            + " compliant|duplicate header|rfcmessagenoncompliant|multiple subject|bare lf|bare newline|rfc5322"),
            Rule.of(
                    BounceReason.NORELAYING,
                    "relay access denied|relaying denied|relay not permitted|not permitted to relay|unable to relay|relaying is"
                            + " prohibited|relay denied|relaying not allowed|email address is not verified|we do not relay|not"
                            + " allowed to relay|no relaying|relay operation rejected|that domain isn't in my list of allowed"
                            + " rcpthosts|relaying prohibited|insecure mail relay|not a gateway"),
            Rule.of(
                    BounceReason.SPEEDING,
                    "receiving mail at a rate|too many recipients this hour|rate limit|sending rate|too fast|throttl|receivingrate"
                            + "|mail rate|too many messages|messages too quickly|exceeded the rate"),
            Rule.of(
                    BounceReason.TOOMANYCONN,
                    "too many connections|too many concurrent|too many recipients|frequency limited|too many sessions|connection"
                            + " rate|connections from your|too many smtp sessions|maximum number of connections|connection limit"),
            Rule.of(
                    BounceReason.MAILBOXFULL,
                    "mailbox full|mailbox is full|mailbox for user is full|over quota|overquota|quota exceeded|exceeded storage"
                            + "|disk quota|quota full|inbox is full|storage quota|exceeded the mailbox|mailbox size|exceeds its"
                            + " quota|exceeded his|exceeded their quota|account is full|exceeded quota|not enough storage space"
                            + "|mailfolder is full|mail box is full|mailbox would exceed|out of storage|insufficient quota|quota"
                            + " violation|maildir over|out of email storage|mailbox has exceeded|user is over|is over the|too much"
                            + " mail data|over the maximum allowed quota|user has too many messages|mailbox exceed|exceed mailbox"
                            + "|user's mailbox is|exceeds the quota"),
            Rule.of(
                    BounceReason.EXCEEDLIMIT,
                    "recipsizelimit|too large for this recipient|message size exceeds limit for|exceeds recipient"),
            Rule.of(
                    BounceReason.MESGTOOBIG,
                    "message too large|message size exceeds|message is too large|message too big|too large|message file too big"
                            + "|exceeds size limit|exceeds the maximum|exceeds fixed|size limit|maximum message size|exceeded maximum"
                            + " message|message length exceeds|exceed maximum"),
            Rule.of(
                    BounceReason.NOTACCEPT,
                    "null mx|nullmx|does not accept mail|doesn't receive email|does not accept email|does not receive mail|does"
                            + " not accept any mail|smtp protocol returned a permanent error|name server: .: host not found|no mail"
                            + " is accepted|indicated no smtp service|not accept mail|mail receiving disabled"),
            Rule.of(
                    BounceReason.REJECTED,
                    "domain of sender address|sender address rejected|unverifyable sending|sender rejected|sender verify failed|sender denied|sender"
                            + " domain|from: domain is invalid|from address|envelope from|sending to/from an address that has been blacklisted|permission to post messages|not a valid sender|sender not"
                            + " allowed|address not accepted from|you are not allowed to|sender is not|invalid sender|bad"
                            + " sender|sender was rejected|emetteur invalide|invalid sender|sending"
                            + " domain|by non-member|no permission to post|not authorized to send|returned mail from|refused by"
                            + " recipient's|posting to"),
            Rule.of(
                    BounceReason.SPAMDETECTED,
                    "spam classification|scored as spam|content rejected, ube|considered spam|identified as spam|detected as spam"
                            + "|looks like spam|spam message|is spam|spam detected|message content rejected|classified as spam|as"
                            + " spam|spam score|junk mail|appears to be spam|rejected as bulk|probable spam|spam content|appears to be"
                            + " unsolicited|spam mail|contains spam|high spam|spam rejected|rejected for spam|bulk mail|spamassassin"
                            + "|spam-like|spamlike|unsolicited mail|spam:|blocked as spam|like spam|- spam|listed in multi.surbl|was"
                            + " rejected by spam"),
            Rule.of(
                    BounceReason.BADREPUTATION,
                    "reputation|unexpected volume or user complaints|poor sender|sender score|senderscore"),
            Rule.of(
                    BounceReason.SUSPEND,
                    "is frozen|frozen|mailbox disabled|account disabled|has been disabled|is disabled|disabled recipient|suspended|account is"
                            + " blocked| locked|deactivated|user is inactive|inactive user|mailbox is inactive|inactive account"
                            + "|mailbox is disabled|account inactive|account has been|account not active|not currently active"
                            + "|address no longer accepts mail|temporarily disabled|account is unavailable|mailbox currently|compte du"
                            + " destinataire est bloque|email account that you tried to reach is disabled|no longer on|is a deactivated"
                            + "|mailbox temporarily|currently suspended|domain expired|unavailable to take delivery|account that you"
                            + " tried to reach is inactive|recipient suspend|account expired|has been inactive|dormant"),
            Rule.of(
                    BounceReason.BLOCKED,
                    "blacklist|blocklist|black list|block list|blocked using|rbl|dnsbl|spamhaus|spamcop|barracuda|listed at|client"
                            + " host rejected|client host blocked|ip address blocked|access denied. ip|(bl)|invalid ip for sending|my name was rejected|refused to talk to me|rejected because your"
                            + " ip|connections not accepted|connection refused by|your network|banned|no access from|service refused"
                            + "|mail server at|blocked by|your ip|ip address is|host [|sending ip|ip has been|bad helo|dynamic ip|is"
                            + " blocked|was blocked by|connection rejected|connection reset by peer|connection dropped|connection was"
                            + " dropped|unexpectedly lost connection|helo command rejected|invalid helo|greylist|graylist|mta's host"
                            + "|has been blocked|is listed|has been listed|block for|we do not accept mail from"),
            Rule.of(
                    BounceReason.SECURITYERROR,
                    "authentication required|smtp authentication|unauthenticated senders|starttls|requires authentication|must"
                            + " authenticate|authentication failed|tls required|encryption required|tls is required|authentication"
                            + " turned on|not authenticated|verification failure|certificate|cryptographic|need to authenticate"),
            Rule.of(
                    BounceReason.HASMOVED,
                    "has moved|not our customer|address has changed|no longer at this|has been replaced by|moved to another"
                            + "|new address"),
            Rule.of(
                    BounceReason.NETWORKERROR,
                    "dns error|malformed or unexpected name server|too many hops|mail loop|mail is looping|loops back|loop"
                            + " detected|routing loop|forwarding loop|no route to host|network is unreachable|network unreachable"
                            + "|hop count exceeded|looping|mail forwarding loop|dns lookup fail|temporary dns|dns resol|could not connect"
                            + " and send|too many received|hopcount|maximum hop|unreachable host|all relevant mx"
                            + " records point to non-existent|dns problem|network error|broken route"),
            Rule.of(
                    BounceReason.SYSTEMFULL,
                    "insufficient disk space|no space left|mail system full|insufficient system|disk full|not enough disk|no disk"
                            + " space|requested mail action aborted: exceeded"),
            Rule.of(
                    BounceReason.CONTENTERROR,
                    "8-bit data|improper use of|malformed mime|header error|bad header|bad mime|forbidden attachment|attachment rejected"
                            + "|unacceptable content|invalid header|body rejected|header rejected|improper mime|message"
                            + " header size|unroutable in-reply-to|not comply with required|bad message"),
            Rule.of(
                    BounceReason.POLICYVIOLATION,
                    "policy reasons|protocol violation|policy violation|local policy|content presents a potential|security policy"
                            + "|for policy|violates|policy reject|denied by policy|by policy|due to policy|network not allowed"
                            + "|prohibited|violation|policy restrict|against policy|potential security|our policy|unsafe mail|policy"
                            + " of|security problem|because of policy|administrative prohibition|not accepted for"),
            Rule.of(
                    BounceReason.USERUNKNOWN,
                    "user unknown|unknown user|no such user|user not exist|user does not exist|recipnotfound|recipient not found"
                            + "|mailbox does not exist|no such mailbox|does not exist|doesn't exist|mailbox not found|unknown recipient"
                            + "|recipient unknown|invalid recipient|no mailbox here|has no mailbox|no such mailbox|not a valid mailbox|account that you tried to reach does"
                            + "|unknown address|address unknown|no such address|unrouteable address|unknown local part|unknown local-part"
                            + "|user not found|invalid mailbox|invalid user|not a known user|mailbox unavailable|mailbox not available"
                            + "|not listed in|not found in|address does not|no such recipient|destinataire invalide|recipient address"
                            + " rejected|bad destination mailbox|address rejected|user doesn't|no account by that name|doesn't have a|not"
                            + " our user|isn't known|is not known|unable to find user|account does not|couldn't be found|could not be"
                            + " found|wasn't found|address not present|no such person|not on this|unknown or illegal|mailbox unknown|no"
                            + " longer valid|not valid recipient|undeliverable address|addressee unknown|recipient no longer|no valid"
                            + " recip|invalid address|not valid|has no mailbox here|has no mailbox|no such mailbox|non-existent|not exist|inactive email address|user is"
                            + " unknown|is not a|badrecipient|bad recipient|doesn't like recipient|recipient rejected|no user|user"
                            + " invalid|no recipient|unknown account|no one here|not a local|not in my|not in our|been deleted|account deleted|isn't a"
                            + " user|not registered|not found|invalid final delivery userid|rejected recipient|user name is unknown|is not a registered|unknown e-mail|mailbox for|no such email|nosuchuser|recipient is not"
                            + "|rejected by the recipient|dd this user|there is no one"),
            Rule.of(
                    BounceReason.FILTERED,
                    "message filtered|recipient preferences|user reject|you have been blocked by the recipient|because the recipient"
                            + "|only accepts mail from|not accepting mail with|due to extended inactivity|refused by user|rejected"
                            + " by user|receiver is not|invitation only|rejected the message|the user refuse|mail filter"),
            Rule.of(
                    BounceReason.MAILERERROR,
                    "mailer error|command failed|exit status|exited with|x-unix|procmail|command output|pipe to|local delivery"
                            + " failed|exit code|returned unexpected|could not execute|child process|command died"),
            Rule.of(
                    BounceReason.SYSTEMERROR,
                    "transaction failed|service currently unavailable|system config error|internal error|local error|configuration"
                            + " error|server configuration|system error|temporary local problem|internal server|can't create|cannot"
                            + " open|service unavailable|server error|local configuration|unable to process|interrupted|resources"
                            + " temporarily|timeout waiting for input|processing error|proxy error|i/o error|requested action aborted"
                            + "|temporary system|could not open|unable to open|can not connect|local problem"));

    /** Words that tell a reason only where no others do. */
    private static final List<Rule> LATE = List.of(
            Rule.of(
                    BounceReason.EXPIRED,
                    "timed out|timeout|message expired|queue.expired|could not be delivered for|unable to deliver in|delivery time"
                            + " expired|in the queue too long|not be delivered within|delivered for too long|envelope expired|retry time|undeliverable for|queue too long|too"
                            + " old|expired|not reachable|connection refused|did not accept our requests to connect|has not been delivered|not been"
                            + " collected|wasn't able to establish|warning: |unable to connect|cannot be delivered within|keep trying"
                            + "|delivery attempts will|still being retried|could not be reached|will be retried|been delayed|will"
                            + " continue|deferred|delayed"),
            Rule.of(BounceReason.BLOCKED, "rejected|refused|access denied|blocked|denied"),
            Rule.of(BounceReason.SPAMDETECTED, "spam"),
            Rule.of(BounceReason.ONHOLD, "temporary failure"));

    private static final Rule NO_HOST = Rule.of(
            BounceReason.HOSTUNKNOWN,
            "host not found|host or domain name not found|domain does not exist|no such domain|unrouteable mail domain|unknown"
                    + " host|host unknown|couldn't find any host|no such host|domain not found|unknown domain|recipient domain must"
                    + " exist|domain must exist|domain is not reachable|invalid domain|host name lookup fail|non-existent domain"
                    + "|domain unknown|could not find host|no mail exchanger|unroutable|nxdomain|host or domain|nonexistent domain"
                    + "|illegal host|domain cannot be found|name or service not known|bad destination host|domain not exist"
                    + "|could not find a mail|couldn't find any mail|domain name not found|unrouteable domain");

    /** The subjects and details of RFC 3463 that tell a reason by themselves, the class cut off. */
    private static @Nullable BounceReason byStatus(String status) {
        return switch (status.length() < 2 ? "" : status.substring(2)) {
            case "1.1", "1.0", "1.3", "1.4" -> BounceReason.USERUNKNOWN;
            case "1.2", "4.4" -> BounceReason.HOSTUNKNOWN;
            case "1.6" -> BounceReason.HASMOVED;
            case "1.7", "1.8", "1.9" -> BounceReason.REJECTED;
            case "1.10", "7.27" -> BounceReason.NOTACCEPT;
            case "2.0" -> BounceReason.FILTERED;
            case "2.1", "7.13" -> BounceReason.SUSPEND;
            case "2.2" -> BounceReason.MAILBOXFULL;
            case "2.3" -> BounceReason.EXCEEDLIMIT;
            case "2.4" -> BounceReason.FILTERED;
            case "3.0", "3.5" -> BounceReason.SYSTEMERROR;
            case "3.1" -> BounceReason.SYSTEMFULL;
            case "3.2" -> BounceReason.NOTACCEPT;
            case "3.4" -> BounceReason.MESGTOOBIG;
            case "4.0", "4.1", "4.2", "4.7" -> BounceReason.EXPIRED;
            case "4.3", "4.6" -> BounceReason.NETWORKERROR;
            case "5.3" -> BounceReason.TOOMANYCONN;
            case "5.1", "5.2", "5.4" -> BounceReason.SYNTAXERROR;
            case "6.0", "6.1", "6.9" -> BounceReason.CONTENTERROR;
            case "7.0", "7.2" -> BounceReason.POLICYVIOLATION;
            case "7.1" -> BounceReason.BLOCKED;
            case "7.3", "7.4", "7.5", "7.6", "7.7", "7.8", "7.10", "7.11" -> BounceReason.SECURITYERROR;
            case "7.9" -> BounceReason.POLICYVIOLATION;
            case "7.20", "7.21", "7.22", "7.23", "7.24", "7.26" -> BounceReason.AUTHFAILURE;
            case "7.25" -> BounceReason.REQUIREPTR;
            case "7.509" -> BounceReason.AUTHFAILURE;
            default -> null;
        };
    }

    /** Statuses that hosts use with care, so that they count more than words. */
    private static @Nullable BounceReason bySureStatus(String status) {
        return switch (status.length() < 2 ? "" : status.substring(2)) {
            case "2.2" -> BounceReason.MAILBOXFULL;
            case "4.7" -> BounceReason.EXPIRED;
            case "1.10", "7.27" -> BounceReason.NOTACCEPT;
            case "7.9" -> BounceReason.POLICYVIOLATION;
            case "7.13" -> BounceReason.SUSPEND;
            case "7.20", "7.21", "7.22", "7.23", "7.24", "7.26" -> BounceReason.AUTHFAILURE;
            case "7.25" -> BounceReason.REQUIREPTR;
            case "1.8" -> BounceReason.REJECTED;
            default -> null;
        };
    }

    private static @Nullable BounceReason byCode(int code) {
        return switch (code) {
            case 421, 432 -> BounceReason.EXPIRED;
            case 452 -> BounceReason.SYSTEMFULL;
            case 500, 501, 502, 503, 504 -> BounceReason.SYNTAXERROR;
            case 530, 535, 538 -> BounceReason.SECURITYERROR;
            case 521, 556 -> BounceReason.NOTACCEPT;
            case 550 -> BounceReason.USERUNKNOWN;
            case 551 -> BounceReason.HASMOVED;
            case 552 -> BounceReason.MAILBOXFULL;
            default -> null;
        };
    }

    /**
     * The reason that the words, the status and the code tell together; empty where they tell none.
     *
     * @param words the far side's
     * @param moment when it said them: that a user is unknown is a filter's word where it comes after the content
     */
    static Optional<BounceReason> reason(String words, String status, OptionalInt code, DeliveryStatus.Moment moment) {
        BounceReason sure = bySureStatus(status);
        if (sure != null) {
            return Optional.of(sure);
        }
        String text = words.substring(0, Math.min(words.length(), TEXT_CHARACTERS_MAX))
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\s+", " ")
                .replace("delivery temporarily suspended:", "");
        if (text.contains("recipient address rejected: access denied")) {
            // Exchange Online says so of an address that it does not know.
            return Optional.of(BounceReason.USERUNKNOWN);
        }
        Optional<BounceReason> told = byWords(text.replace("recipient address rejected: ", ""));
        if (told.isPresent()) {
            return told.get() == BounceReason.USERUNKNOWN ? Optional.of(unknown(status, code, moment)) : told;
        }
        return Optional.ofNullable(byStatus(status))
                .or(() -> code.isPresent() ? Optional.ofNullable(byCode(code.getAsInt())) : Optional.empty());
    }

    /** Who is unknown to a far side that says so: it had the recipient before it, or gives the status for one. */
    private static BounceReason unknown(String status, OptionalInt code, DeliveryStatus.Moment moment) {
        boolean recipient = status.startsWith("1.", 2);
        return switch (moment) {
            case AT_SENDER -> BounceReason.REJECTED;
            case AT_RECIPIENT -> BounceReason.USERUNKNOWN;
            case AFTER_CONTENT -> recipient ? BounceReason.USERUNKNOWN : BounceReason.FILTERED;
            case UNKNOWN -> recipient || code.isEmpty() ? BounceReason.USERUNKNOWN : BounceReason.FILTERED;
        };
    }

    private static Optional<BounceReason> byWords(String text) {
        List<Rule> rules = new ArrayList<>(RULES);
        rules.addAll(LATE);
        if (text.contains("sender") && NO_HOST.matches(text)) {
            return Optional.of(BounceReason.REJECTED);
        }
        for (Rule rule : rules) {
            if (rule.reason == BounceReason.USERUNKNOWN && NO_HOST.matches(text)) {
                return Optional.of(BounceReason.HOSTUNKNOWN);
            }
            if (rule.matches(text)) {
                return Optional.of(rule.reason);
            }
        }
        return Optional.empty();
    }
}
