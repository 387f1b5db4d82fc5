package local;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.charfilter.HTMLStripCharFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.apache.lucene.util.ClasspathResourceLoader;
import org.apache.lucene.util.ResourceLoaderAware;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.analysis.AbstractCharFilterFactory;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.CustomAnalyzer;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;

/**
 * Stands in for two modules that are not on Maven Central, rest-root (GET /) and analysis-common, with Lucene's own
 * classes under the names that Elasticsearch gives them. For development and tests; a deployment has the real ones.
 */
public class StandInPlugin extends Plugin implements ActionPlugin, AnalysisPlugin {

    /** Elasticsearch's name of a language's analyzer and the Lucene class behind it. */
    private static final Map<String, String> LANGUAGES = Map.of(
        "english", "en.English", "french", "fr.French", "german", "de.German", "italian", "it.Italian",
        "russian", "ru.Russian", "spanish", "es.Spanish", "portuguese", "pt.Portuguese", "dutch", "nl.Dutch");

    /** A component found through Lucene's service loader: names there, and settings as "ours=lucene's[:default]". */
    private record Component(String name, String luceneName, List<String> settings) {
        static Component of(String name, String luceneName, String... settings) {
            return new Component(name, luceneName, List.of(settings));
        }

        Map<String, String> arguments(Settings given) {
            boolean flagsAreNumbers = luceneName.startsWith("word");
            Map<String, String> arguments = new HashMap<>();
            for (String setting : settings) {
                String[] parts = setting.split("[=:]", 3);
                String value = given.get(parts[0], parts.length > 2 ? parts[2] : null);
                if (value == null) {
                    continue;
                }
                if (flagsAreNumbers && (value.equals("true") || value.equals("false"))) {
                    value = value.equals("true") ? "1" : "0";
                }
                arguments.put(parts[1], value);
            }
            return arguments;
        }
    }

    private static final String[] GRAMS = { "min_gram=minGramSize:1", "max_gram=maxGramSize:2" };

    private static final List<Component> FILTERS = List.of(
        Component.of("asciifolding", "asciiFolding", "preserve_original=preserveOriginal"),
        Component.of("decimal_digit", "decimalDigit"),
        Component.of("edge_ngram", "edgeNGram", GRAMS[0], GRAMS[1], "preserve_original=preserveOriginal"),
        Component.of("flatten_graph", "flattenGraph"),
        Component.of("german_normalization", "germanNormalization"),
        Component.of("keyword_repeat", "keywordRepeat"),
        Component.of("kstem", "kStem"),
        Component.of("length", "length", "min=min:0", "max=max:2147483647"),
        Component.of("limit", "limitTokenCount", "max_token_count=maxTokenCount:1"),
        Component.of("ngram", "nGram", GRAMS[0], GRAMS[1], "preserve_original=preserveOriginal"),
        Component.of("pattern_replace", "patternReplace", "pattern=pattern", "replacement=replacement"),
        Component.of("porter_stem", "porterStem"),
        Component.of("remove_duplicates", "removeDuplicates"),
        Component.of("reverse", "reverseString"),
        Component.of("scandinavian_folding", "scandinavianFolding"),
        Component.of("snowball", "snowballPorter", "language=language:English"),
        Component.of("trim", "trim"),
        Component.of("truncate", "truncate", "length=prefixLength:10"),
        Component.of("unique", "removeDuplicates"),
        Component.of("uppercase", "uppercase"),
        Component.of("word_delimiter_graph", "wordDelimiterGraph", "preserve_original=preserveOriginal",
            "catenate_all=catenateAll", "split_on_case_change=splitOnCaseChange"));

    private static final List<Component> TOKENIZERS = List.of(
        Component.of("edge_ngram", "edgeNGram", GRAMS),
        Component.of("keyword", "keyword"),
        Component.of("letter", "letter"),
        Component.of("ngram", "nGram", GRAMS),
        Component.of("path_hierarchy", "pathHierarchy", "delimiter=delimiter:/"),
        Component.of("pattern", "pattern", "pattern=pattern:\\W+"),
        Component.of("uax_url_email", "uax29URLEmail"),
        Component.of("whitespace", "whitespace"));

    /** Values of the stemmer filter's `language` that are not Snowball's. */
    private static final Map<String, String> STEMMERS = Map.ofEntries(
        Map.entry("english", "porterStem"), Map.entry("light_english", "kStem"),
        Map.entry("minimal_english", "englishMinimalStem"), Map.entry("possessive_english", "englishPossessive"),
        Map.entry("light_french", "frenchLightStem"), Map.entry("minimal_french", "frenchMinimalStem"),
        Map.entry("light_german", "germanLightStem"), Map.entry("minimal_german", "germanMinimalStem"),
        Map.entry("light_italian", "italianLightStem"), Map.entry("light_russian", "russianLightStem"),
        Map.entry("light_spanish", "spanishLightStem"));

    @Override
    public Collection<RestHandler> getRestHandlers(
        RestHandlersServices services, Supplier<DiscoveryNodes> nodes, Predicate<NodeFeature> supports) {
        return List.of(new Root(services.settings().get("cluster.name")));
    }

    @Override
    public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
        Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> providers = new TreeMap<>();
        LANGUAGES.forEach((language, luceneClass) -> providers.put(language, (index, environment, name, settings) -> {
            boolean ownStopWords = settings.get("stopwords") != null || settings.getAsList("stopwords", null) != null;
            CharArraySet stopWords =
                ownStopWords ? Analysis.parseStopWords(environment, settings, CharArraySet.EMPTY_SET) : null;
            Analyzer analyzer = languageAnalyzer(luceneClass, stopWords);
            return new AbstractIndexAnalyzerProvider<Analyzer>(name) {
                @Override
                public Analyzer get() {
                    return analyzer;
                }
            };
        }));
        return providers;
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> providers = new TreeMap<>();
        for (Component filter : FILTERS) {
            AnalysisProvider<TokenFilterFactory> provider = (index, environment, name, settings) ->
                new LuceneFilter(name, filter.luceneName(), filter.arguments(settings));
            boolean wantsSettings = filter.name().equals("pattern_replace");
            providers.put(filter.name(), wantsSettings ? AnalysisPlugin.requiresAnalysisSettings(provider) : provider);
        }
        providers.put("stemmer", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> stemmer(name, settings)));
        for (String synonyms : List.of("synonym", "synonym_graph")) {
            providers.put(synonyms, AnalysisPlugin.requiresAnalysisSettings(
                (index, environment, name, settings) -> new Synonyms(name, settings)));
        }
        providers.put("elision", (index, environment, name, settings) -> {
            CharArraySet articles = Optional.ofNullable(Analysis.parseArticles(environment, settings))
                .orElse(FrenchAnalyzer.DEFAULT_ARTICLES);
            return new AbstractTokenFilterFactory(name) {
                @Override
                public TokenStream create(TokenStream tokens) {
                    return new ElisionFilter(tokens, articles);
                }
            };
        });
        return providers;
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        Map<String, AnalysisProvider<TokenizerFactory>> providers = new TreeMap<>();
        for (Component tokenizer : TOKENIZERS) {
            providers.put(tokenizer.name(), (index, environment, name, settings) -> {
                var factory = org.apache.lucene.analysis.TokenizerFactory.forName(
                    tokenizer.luceneName(), tokenizer.arguments(settings));
                return TokenizerFactory.newFactory(name, factory::create);
            });
        }
        return providers;
    }

    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return Map.of("html_strip", (index, environment, name, settings) -> new AbstractCharFilterFactory(name) {
            @Override
            public Reader create(Reader reader) {
                return new HTMLStripCharFilter(reader);
            }
        });
    }

    private static Analyzer languageAnalyzer(String luceneClass, CharArraySet stopWords) {
        try {
            Class<?> type = Class.forName("org.apache.lucene.analysis." + luceneClass + "Analyzer");
            Object analyzer = stopWords == null
                ? type.getConstructor().newInstance()
                : type.getConstructor(CharArraySet.class).newInstance(stopWords);
            return (Analyzer) analyzer;
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }

    private static TokenFilterFactory stemmer(String name, Settings settings) {
        String language = settings.get("language", settings.get("name", "english"));
        String luceneName = STEMMERS.get(language);
        if (luceneName != null) {
            return new LuceneFilter(name, luceneName, Map.of());
        }
        String snowball = language.substring(0, 1).toUpperCase(Locale.ROOT) + language.substring(1);
        return new LuceneFilter(name, "snowballPorter", Map.of("language", snowball));
    }

    /** What clients read first: who answers, and in which version. */
    private static final class Root extends BaseRestHandler {
        private final String clusterName;

        Root(String clusterName) {
            this.clusterName = clusterName;
        }

        @Override
        public String getName() {
            return "main_action";
        }

        @Override
        public List<Route> routes() {
            return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
            Build build = Build.current();
            return channel -> channel.sendResponse(new RestResponse(RestStatus.OK, channel.newBuilder()
                .startObject()
                .field("name", "local")
                .field("cluster_name", clusterName)
                .field("cluster_uuid", "local")
                .startObject("version")
                .field("number", build.qualifiedVersion())
                .field("build_flavor", build.flavor())
                .field("build_type", build.type().displayName())
                .field("build_hash", build.hash())
                .field("build_date", build.date())
                .field("build_snapshot", build.isSnapshot())
                .field("lucene_version", org.apache.lucene.util.Version.LATEST.toString())
                .field("minimum_wire_compatibility_version", build.minWireCompatVersion())
                .field("minimum_index_compatibility_version", build.minIndexCompatVersion())
                .endObject()
                .field("tagline", "You Know, for Search")
                .endObject()));
        }
    }

    private static final class LuceneFilter implements NormalizingTokenFilterFactory {
        private final String name;
        private final org.apache.lucene.analysis.TokenFilterFactory factory;

        LuceneFilter(String name, String luceneName, Map<String, String> arguments) {
            this.name = name;
            factory = org.apache.lucene.analysis.TokenFilterFactory.forName(luceneName, new HashMap<>(arguments));
            if (factory instanceof ResourceLoaderAware aware) {
                try {
                    aware.inform(new ClasspathResourceLoader(LuceneFilter.class.getClassLoader()));
                } catch (IOException error) {
                    throw new UncheckedIOException(error);
                }
            }
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return factory.create(tokens);
        }
    }

    /** Synonyms are analysed by the part of the chain that stands before them. */
    private static final class Synonyms implements TokenFilterFactory {
        private final String name;
        private final Settings settings;

        Synonyms(String name, Settings settings) {
            this.name = name;
            this.settings = settings;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            throw new IllegalStateException("a synonym filter is used outside of a chain");
        }

        @Override
        public TokenFilterFactory getChainAwareTokenFilterFactory(
            IndexCreationContext context, TokenizerFactory tokenizer, List<CharFilterFactory> charFilters,
            List<TokenFilterFactory> previous, Function<String, TokenFilterFactory> allFilters) {
            SynonymMap synonyms = parse(new CustomAnalyzer(
                tokenizer,
                charFilters.toArray(CharFilterFactory[]::new),
                previous.stream().map(TokenFilterFactory::getSynonymFilter).toArray(TokenFilterFactory[]::new)));
            return new TokenFilterFactory() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public TokenStream create(TokenStream tokens) {
                    return synonyms.fst == null ? tokens : new SynonymGraphFilter(tokens, synonyms, false);
                }
            };
        }

        private SynonymMap parse(Analyzer analyzer) {
            try {
                SolrSynonymParser parser = new SolrSynonymParser(settings.getAsBoolean("expand", true), true, analyzer);
                parser.parse(new StringReader(String.join("\n", settings.getAsList("synonyms"))));
                return parser.build();
            } catch (Exception error) {
                throw new IllegalArgumentException("failed to build synonyms", error);
            }
        }
    }
}
