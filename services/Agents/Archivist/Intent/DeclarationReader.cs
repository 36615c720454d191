using System.Text.RegularExpressions;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>
/// Quotes goals, non-goals, conventions and roadmap items: what stands below a heading of that name, and in the project's rules the sentences
/// with a word of RFC 2119. A heading says what its list is; nothing else is taken for one.
/// </summary>
internal static partial class DeclarationReader
{
    private const int PerSection = 12;
    private const int DeepestHeading = 7;

    public static IEnumerable<IntentRecord> Read(DeclaredDocument document)
    {
        var stem = IntentDocuments.Stem(document.Path);
        // What is out of scope there is out of a vulnerability report's scope.
        if (stem is "security" or "governance" or "maintainers") yield break;
        var rules = IsRules(stem);
        // The kind that each heading level gives to what is below it; null where a heading is about something else.
        var kinds = new string?[DeepestHeading + 1];
        var own = new bool[DeepestHeading + 1];
        var (level, counted) = (0, 0);
        var done = false;
        for (var i = 0; i < document.Blocks.Count; i++)
        {
            var block = document.Blocks[i];
            var label = block.Kind == BlockKind.Paragraph && i + 1 < document.Blocks.Count && document.Blocks[i + 1].Kind == BlockKind.Item ? Label(block) : null;
            if (block.Kind == BlockKind.Heading || label is not null)
            {
                level = block.Kind == BlockKind.Heading ? block.Level : DeepestHeading;
                var found = label ?? KindOf(block, stem);
                own[level] = found is not null;
                kinds[level] = found ?? Inherited(block, kinds, level);
                for (var deeper = level + 1; deeper <= DeepestHeading; deeper++) kinds[deeper] = null;
                done = kinds[level] == IntentKinds.Roadmap && Done().IsMatch(block.Text);
                counted = 0;
                continue;
            }
            if (level == DeepestHeading && block.Kind is not (BlockKind.Item or BlockKind.Code)) level = Outer(kinds);
            var kind = kinds[level];
            if (Takes(kind, own[level], block, counted) && Quotation.Speaks(block) && counted++ < PerSection)
                yield return Quoted(kind!, block, document.Path, done);
            else if (rules && kind is null or IntentKinds.Convention && block.Kind is BlockKind.Item or BlockKind.Step or BlockKind.Paragraph)
                foreach (var sentence in Required(block)) yield return Quotation.Make(IntentKinds.Convention, sentence, document.Path, block.Line);
        }
    }

    /// <summary>Documents whose sentences are rules for contributors, people or machines.</summary>
    public static bool IsRules(string stem) => stem is "contributing" or "agents" or "claude" or "copilot_instructions" or "conventions" or "style" or "styleguide" or "development" or "hacking" or "testing";

    private static int Outer(string?[] kinds)
    {
        for (var level = DeepestHeading - 1; level > 0; level--)
            if (kinds[level] is not null) return level;
        return 0;
    }

    private static bool Takes(string? kind, bool own, Block block, int counted) => kind switch
    {
        null => false,
        // A goal may be a sentence; anything below it that is no list explains it.
        IntentKinds.Goal or IntentKinds.NonGoal => block.Kind is BlockKind.Item or BlockKind.Step || block.Kind == BlockKind.Paragraph && own && counted == 0,
        IntentKinds.Roadmap => block.Kind is BlockKind.Item or BlockKind.Step,
        // Numbered items are the steps of a procedure.
        _ => block.Kind == BlockKind.Item,
    };

    private static IntentRecord Quoted(string kind, Block block, string path, bool done)
    {
        if (kind != IntentKinds.Roadmap) return Quotation.Make(kind, block.Text, path, block.Line);
        var box = Box().Match(block.Text);
        var status = done || box.Success && box.Value.Contains('x', StringComparison.OrdinalIgnoreCase) ? "done" : null;
        return Quotation.Make(kind, block.Text[box.Length..], path, block.Line, status);
    }

    private static string? KindOf(Block heading, string stem)
    {
        var words = Title(heading.Text);
        if (NonGoals().IsMatch(words)) return IntentKinds.NonGoal;
        if (Goals().IsMatch(words)) return IntentKinds.Goal;
        if (Roadmaps().IsMatch(words)) return IntentKinds.Roadmap;
        // The title of a whole document of contribution guidelines says nothing of its lists.
        return (heading.Level > 1 || stem is "conventions" or "style" or "styleguide") && stem != "readme" && Conventions().IsMatch(words) ? IntentKinds.Convention : null;
    }

    private static string? Inherited(Block heading, string?[] kinds, int level)
    {
        if (Aside().IsMatch(Title(heading.Text))) return null;
        for (var outer = level - 1; outer > 0; outer--)
            if (kinds[outer] is { } kind) return kind;
        return null;
    }

    /// <summary>The kind of a paragraph that is nothing but <c>Goals:</c>.</summary>
    private static string? Label(Block block)
    {
        if (block.Text.Length > 40 || !block.Text.EndsWith(':')) return null;
        var words = Title(block.Text);
        return NonGoals().IsMatch(words) ? IntentKinds.NonGoal : Goals().IsMatch(words) ? IntentKinds.Goal : null;
    }

    private static IEnumerable<string> Required(Block block)
    {
        if (block.Text.Length > 2000) yield break;
        foreach (var sentence in SentenceEnd().Split(block.Text).Select(part => part.Trim()))
            if (sentence.Length is >= 15 and <= 240 && (Requirement().IsMatch(sentence) || Subject().IsMatch(sentence)) && !sentence.EndsWith(':') && !sentence.EndsWith('?')) yield return sentence;
    }

    private static string Title(string text) => NotWords().Replace(text.ToLowerInvariant(), " ").Trim();

    [GeneratedRegex(@"[^\p{L}]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotWords();

    [GeneratedRegex(@"^((the|our|project|design|core|main|key|guiding|development|overall|primary|long term|high level) )*(goals?|aims?|objectives?|principles|philosophy|mission( statement)?|vision)( of [\p{L} ]{1,40})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Goals();

    [GeneratedRegex(@"^((the|our|project|design|explicit) )*(non ?goals?|anti ?goals?|out of scope|what [\p{L} ]{1,40} is not)( of [\p{L} ]{1,40})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NonGoals();

    [GeneratedRegex(@"^((the|our|project|product|development|public|[\p{L}]{1,20}) )?road ?map$|^(planned|upcoming) features$|^future (work|plans)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Roadmaps();

    [GeneratedRegex(@"^((coding|code|commit|commit message|naming|git|git commit|branch naming|pull request|pr|testing|test|documentation|formatting|programming|development|project|language|error handling|design|key|important) )*(styles?|style ?guides?|style guidelines|conventions?|guidelines?|standards?|rules|commit messages?|commits?|principles)( and (conventions?|guidelines?|standards?|style|rules|formatting))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Conventions();

    [GeneratedRegex(@"^(table of )?contents$|^(links|resources|references|background|legend|contributing|how to (contribute|help|use).*|see also|faq|examples?|exceptions?|history|changelog|motivation|.*(support|policy|lifecycle|life cycle|process|schedule|cadence|versions|versioning))$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Aside();

    [GeneratedRegex(@"\b(done|completed?|released|shipped|delivered|finished)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Done();

    [GeneratedRegex(@"^\[[ xX]\]\s*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Box();

    [GeneratedRegex(@"(?<=[.!?])\s+(?=[\p{Lu}`])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\b(MUST|MUST NOT|SHALL|SHALL NOT|SHOULD|SHOULD NOT|NEVER|ALWAYS|DO NOT)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Requirement();

    [GeneratedRegex(@"^((all|every|each|your|new|any|the|public) )*([a-z]+ )?(commits?|commit messages?|pull requests?|prs?|tests?|unit tests?|code|changes?|patches|contributions?|functions?|methods?|classes|types|names?|branch names?|features?|bug fixes|imports?|lines?|comments?|docstrings?|public members)\b[^,.;]{0,60}\b(must|must not|should|should not|shall)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Subject();
}
