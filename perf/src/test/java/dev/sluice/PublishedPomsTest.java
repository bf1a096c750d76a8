// SPDX-License-Identifier: Apache-2.0
package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Goal: what is published can be, and can be imported. Method: the POMs as they are read; {@code .ci/release} does it in earnest. */
class PublishedPomsTest {
    private static final XPath XPATH = XPathFactory.newInstance().newXPath();

    private final Document parent = read("..");

    @Test
    void shouldManageAllThatIsPublishedAndNobodyElsesVersions() throws Exception {
        final Set<String> published = new TreeSet<>();
        for (final String module : texts(parent, "/project/modules/module")) {
            final Document pom = read("../" + module);
            if (texts(pom, "/project/properties/maven.deploy.skip").isEmpty()) {
                published.addAll(texts(pom, "/project/artifactId"));
            }
        }
        assertThat(published).hasSize(4);

        final String managed = "/project/dependencyManagement/dependencies/dependency";
        assertThat(texts(parent, managed + "/groupId")).containsOnly("dev.sluice");
        assertThat(texts(parent, managed + "/version")).containsOnly("${project.version}");
        assertThat(new TreeSet<>(texts(parent, managed + "/artifactId"))).isEqualTo(published);
    }

    @Test
    void shouldSayWhatTheCentralRepositoryAsksFor() throws Exception {
        for (final String module : texts(parent, "/project/modules/module")) {
            assertThat(texts(read("../" + module), "/project/name|/project/description"))
                    .as(module)
                    .hasSize(2);
        }
        assertThat(texts(
                        parent,
                        "/project/url|/project/licenses/license/name|/project/licenses/license/url"
                                + "|/project/developers/developer/name|/project/scm/connection"
                                + "|/project/scm/developerConnection|/project/scm/url"))
                .hasSize(7)
                .doesNotContain("");
    }

    /** The profile {@code api} has one list for all modules. */
    @Test
    void shouldCompareWithAReleaseWhatIsExported() throws Exception {
        final List<String> exported = new ArrayList<>();
        for (final Class<?> face : ApiTest.FACES.values()) {
            exported.addAll(ApiTest.packagesOf(face));
        }

        assertThat(texts(parent, "//profile[id='api']//include")).containsExactlyInAnyOrderElementsOf(exported);
    }

    private static Document read(String module) {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(Path.of(module, "pom.xml").toFile());
        } catch (Exception e) {
            throw new IllegalStateException(module, e);
        }
    }

    private static List<String> texts(Document pom, String path) throws Exception {
        final NodeList nodes = (NodeList) XPATH.evaluate(path, pom, XPathConstants.NODESET);
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent().strip());
        }
        return texts;
    }
}
