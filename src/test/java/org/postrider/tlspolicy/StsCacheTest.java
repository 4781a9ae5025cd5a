package org.postrider.tlspolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;
import org.postrider.tlspolicy.PolicyFetch.Cause;
import org.postrider.tlspolicy.PolicyFetch.Fetched;
import org.postrider.tlspolicy.StsCache.Fault;
import org.postrider.tlspolicy.StsCache.Result;
import org.postrider.tlspolicy.StsPolicy.Mode;

final class StsCacheTest {
    private static final Domain DOMAIN = new Domain("example.net");
    private static final String RECORD = "_mta-sts.example.net";

    private final FakeResolver dns = new FakeResolver().txt(RECORD, "v=STSv1; id=1;");
    private final Map<Domain, StsStore.Kept> stored = new HashMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Fetched served = policy(Mode.ENFORCE, "mx.example.net");
    private int fetches;
    private StsCache cache = cache();

    private static Fetched policy(Mode mode, String host) {
        return new Fetched.Body(new StsPolicy(mode, List.of(host), Duration.ofDays(7)).text());
    }

    private StsCache cache() {
        StsStore store = new StsStore() {
            @Override
            public Optional<Kept> find(Domain domain) {
                return Optional.ofNullable(stored.get(domain));
            }

            @Override
            public void keep(Domain domain, Kept policy) {
                stored.put(domain, policy);
            }

            @Override
            public void forget(Domain domain) {
                stored.remove(domain);
            }

            @Override
            public List<Entry> old(Instant now, Duration age, Instant usedSince, int limit) {
                return stored.entrySet().stream()
                        .filter(each -> !each.getValue().used().isBefore(usedSince))
                        .filter(each -> !each.getValue().fetched().plus(age).isAfter(now))
                        .map(each -> new Entry(each.getKey(), each.getValue()))
                        .toList();
            }
        };
        return new StsCache(
                dns,
                _ -> {
                    fetches++;
                    return served;
                },
                store,
                () -> now);
    }

    @BeforeEach
    void learn() {
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
    }

    private Mode mode() {
        return found().policy().mode();
    }

    private Result.Found found() {
        Result result = cache.find(DOMAIN);
        assertThat(result).isInstanceOf(Result.Found.class);
        return (Result.Found) result;
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private void record(String text) {
        dns.forget(RECORD).txt(RECORD, text);
    }

    private void breakHost() {
        served = new Fetched.Failed(Cause.CERTIFICATE, "has a bad certificate");
    }

    @Test
    void asksThePolicyHostOnceWhileTheRecordStaysTheSame() {
        pass(Duration.ofHours(23));

        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        assertThat(fetches).isEqualTo(1);
    }

    @Test
    @Requirement({"RFC 8461 §5.1", "RFC 8461 §3.3"})
    void fetchesAnewWithANewIdAndAfterADay() {
        served = policy(Mode.TESTING, "mx.example.net");
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        record("v=STSv1; id=2;");
        assertThat(mode()).isEqualTo(Mode.TESTING);

        served = policy(Mode.ENFORCE, "mx.example.net");
        pass(Duration.ofDays(1));
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
    }

    @Test
    @Requirement("RFC 8461 §5.1")
    void keepsToAPolicyWhoseRecordIsGoneUntilItsTimeIsOver() {
        dns.forget(RECORD);
        pass(Duration.ofDays(7).minusSeconds(1));
        assertThat(mode()).isEqualTo(Mode.ENFORCE);

        pass(Duration.ofSeconds(1));
        assertThat(cache.find(DOMAIN)).isEqualTo(new Result.None());
        assertThat(stored).isEmpty();
    }

    @Test
    @Requirement("RFC 8461 §5.1")
    void keepsToAPolicyThatCannotBeFetchedAnew() {
        breakHost();
        record("v=STSv1; id=2;");

        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        assertThat(found().stale().orElseThrow().fault()).isEqualTo(Fault.CERTIFICATE);

        pass(Duration.ofDays(7));
        assertThat(cache.find(DOMAIN)).isInstanceOf(Result.Failed.class);
    }

    @Test
    @Requirement("RFC 8461 §3.3")
    void doesNotRepeatAFailedFetchForAWhile() {
        breakHost();
        record("v=STSv1; id=2;");
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        assertThat(fetches).isEqualTo(2);

        pass(StsCache.RETRY_AFTER);
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        assertThat(fetches).isEqualTo(3);
    }

    @Test
    @Requirement("RFC 8461 §3.3")
    void aPolicyIsKeptAliveForAMonthAfterTheLastMail() {
        for (int day = 0; day < 30; day++) {
            pass(Duration.ofDays(1));
            assertThat(cache.refresh()).isEmpty();
        }
        assertThat(fetches).isEqualTo(31);
        pass(Duration.ofDays(1));
        assertThat(cache.refresh()).isEmpty();
        assertThat(fetches).as("no longer of use").isEqualTo(31);

        assertThat(mode()).as("mail goes by it again").isEqualTo(Mode.ENFORCE);
        int before = fetches;
        pass(Duration.ofDays(1));
        assertThat(cache.refresh()).isEmpty();
        assertThat(fetches).isEqualTo(before + 1);
    }

    @Test
    @Requirement("RFC 8461 §3.3")
    void aRecordThatIsSuppressedDoesNotKeepAPolicyFromBeingFetchedAnew() {
        dns.forget(RECORD);
        pass(Duration.ofDays(6));
        cache.refresh();
        pass(Duration.ofDays(6));
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
    }

    @Test
    @Requirement("RFC 8461 §3.3")
    void aPolicyThatCannotBeFetchedAnewIsToldOfLongBeforeItIsOver() {
        breakHost();
        pass(Duration.ofDays(1));
        assertThat(cache.refresh()).isEmpty();
        pass(Duration.ofDays(2));
        assertThat(cache.refresh()).singleElement().satisfies(overdue -> {
            assertThat(overdue.domain()).isEqualTo(DOMAIN);
            assertThat(overdue.expires()).isEqualTo(now.plus(Duration.ofDays(4)));
            assertThat(overdue.failed().fault()).isEqualTo(Fault.CERTIFICATE);
        });
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
    }

    @Test
    void useIsNotedOnceADayThoughNothingIsFetched() {
        pass(Duration.ofDays(1));
        cache.refresh();
        Instant noted = now;
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        pass(Duration.ofHours(20));
        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        assertThat(stored.get(DOMAIN)).extracting(StsStore.Kept::used).isEqualTo(noted);
    }

    @Test
    void keepsToAPolicyWhileTheDnsFails() {
        dns.failing(RECORD, Answer.Failure.TIMEOUT);

        assertThat(mode()).isEqualTo(Mode.ENFORCE);
    }

    @Test
    @Requirement("RFC 8461 §3.1")
    void tellsWhatIsWrongWithADomainThatNeverHadAPolicyThatWorks() {
        stored.clear();
        cache = cache();
        dns.txt(RECORD, "v=STSv1; id=2;");
        assertThat(((Result.Failed) cache.find(DOMAIN)).fault()).isEqualTo(Fault.INVALID);

        record("v=STSv1; id=3;");
        served = new Fetched.Body("nothing");
        assertThat(((Result.Failed) cache.find(DOMAIN)).fault()).isEqualTo(Fault.INVALID);

        pass(StsCache.RETRY_AFTER);
        served = new Fetched.Failed(Cause.FETCH, "is not there");
        assertThat(((Result.Failed) cache.find(DOMAIN)).fault()).isEqualTo(Fault.FETCH);

        assertThat(cache.find(new Domain("other.example"))).isEqualTo(new Result.None());
    }

    @Test
    void remembersPoliciesOverARestart() {
        cache = cache();
        dns.forget(RECORD);

        assertThat(mode()).isEqualTo(Mode.ENFORCE);
        assertThat(fetches).isEqualTo(1);
    }
}
