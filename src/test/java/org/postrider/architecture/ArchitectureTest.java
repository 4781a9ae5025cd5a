package org.postrider.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.postrider.mail.Receipt;

/** Holds the import directions of ARCHITECTURE.md §3: each package may import what its line here names, and no more. */
final class ArchitectureTest {
    private static final String ROOT = "org.postrider.";

    /** Package → the packages of ours that it may import; sub-packages belong to their parent unless named. */
    private static final Map<String, String[]> MAY_IMPORT = new TreeMap<>(Map.ofEntries(
            Map.entry("mail", new String[] {}),
            Map.entry("message", new String[] {"mail"}),
            Map.entry("tls", new String[] {}),
            Map.entry("sasl", new String[] {"mail"}),
            Map.entry("smtp", new String[] {"mail", "message", "tls", "sasl"}),
            Map.entry("dns", new String[] {"mail"}),
            Map.entry("state", new String[] {}),
            Map.entry("mailauth", new String[] {"mail", "message", "dns"}),
            Map.entry("tlspolicy", new String[] {"mail", "tls", "dns"}),
            Map.entry("tlsreport", new String[] {"mail", "message", "dns", "tlspolicy"}),
            Map.entry("spool", new String[] {"mail"}),
            Map.entry("queue", new String[] {"mail"}),
            Map.entry("report", new String[] {"mail", "message"}),
            Map.entry("event", new String[] {"mail", "spool"}),
            Map.entry("account", new String[] {"mail", "sasl", "state", "event"}),
            Map.entry("domain", new String[] {"mail", "dns", "state", "mailauth", "tlspolicy"}),
            Map.entry("policy", new String[] {"mail", "message", "smtp", "dns", "mailauth", "state", "event"}),
            Map.entry("filter", new String[] {"mail", "message", "smtp", "event"}),
            Map.entry("feedback", new String[] {
                "mail", "message", "dns", "state", "report", "mailauth", "tlspolicy", "tlsreport", "event"
            }),
            Map.entry("reception", new String[] {
                "mail",
                "message",
                "tls",
                "sasl",
                "smtp",
                "dns",
                "spool",
                "queue",
                "event",
                "account",
                "policy",
                "filter",
                "mailauth"
            }),
            Map.entry("delivery", new String[] {
                "mail",
                "message",
                "tls",
                "sasl",
                "smtp",
                "dns",
                "mailauth",
                "tlspolicy",
                "spool",
                "queue",
                "report",
                "event"
            }),
            Map.entry("certificate", new String[] {"mail", "tls"}),
            Map.entry("http", new String[] {
                "mail",
                "message",
                "tls",
                "tlspolicy",
                "spool",
                "queue",
                "event",
                "delivery",
                "account",
                "domain",
                "feedback"
            })));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.postrider");

    @Test
    void packagesImportOnlyDownwards() {
        MAY_IMPORT.forEach((name, allowed) -> {
            String[] packages = new String[allowed.length + 1];
            packages[allowed.length] = ROOT + name + "..";
            for (int i = 0; i < allowed.length; i++) {
                packages[i] = ROOT + allowed[i] + "..";
            }
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + name + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("org.postrider..").and(not(resideInAnyPackage(packages))))
                    .allowEmptyShould(true)
                    .because(name + " may import only what ARCHITECTURE.md §3 says")
                    .check(CLASSES);
        });
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.postrider.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void bothSidesOfSmtpKnowNothingOfEachOther() {
        noClasses()
                .that()
                .resideInAPackage("..smtp.client..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..smtp.server..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("..smtp.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..smtp.client..")
                .check(CLASSES);
    }

    @Test
    void dkimKnowsNothingOfArc() {
        noClasses()
                .that()
                .resideInAPackage("..mailauth.dkim..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..mailauth.arc..")
                .check(CLASSES);
    }

    @Test
    void theLowestLayersNeedNothingButTheJdk() {
        noClasses()
                .that()
                .resideInAnyPackage("..mail..", "..message..", "..tls..", "..sasl..", "..queue..", "..report..")
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(
                        "java..",
                        "javax.net..",
                        "javax.crypto..",
                        "javax.security..",
                        "javax.xml.stream..",
                        "org.jspecify..",
                        "org.postrider..")))
                .check(CLASSES);
    }

    @Test
    void onlyDnsUsesDnsjava() {
        noClasses()
                .that(not(resideInAPackage("..dns..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.xbill..")
                .check(CLASSES);
    }

    @Test
    void theEngineHasNoClockThreadOrIo() {
        noClasses()
                .that()
                .resideInAPackage("..queue..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.net..", "java.nio.channels..", "java.util.concurrent.locks..", "java.io.."))
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .check(CLASSES);
    }

    @Test
    void onlyTheSpoolMakesReceipts() {
        classes()
                .that()
                .implement(Receipt.class)
                .should()
                .resideInAPackage("..spool..")
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .check(CLASSES);
    }
}
