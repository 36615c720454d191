namespace Charterhouse.RepoSync.Tests.Effects;

/// <summary>What a repository, a model or an event may say to make a forge do something: call people, link, load, hide, break out, command.</summary>
internal static class HostileTexts
{
    public static IReadOnlyList<string> All { get; } =
    [
        // people and groups
        "@admin", "hello @octo-cat, look", "@org/team please review", "mail\n@everyone", "(@a)", "x@y", "\\@admin", "&#64;admin", "@\u200badmin", "`@admin", "ad@min.example and bob+x@evil.example",
        // references of GitHub
        "#1", "Fixes #123", "GH-123", "gh-7", "_GH-9", "owner/repo#12", "evil/repo@0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567", "see 1a2b3c4", "GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228", "ABC-42",
        // references of GitLab
        "!17", "group/project!17", "$3", "~bug", "~\"security\"", "%\"v1\"", "%3", "&5", "^alert#4", "*iteration:3", "[vulnerability:123]", "[feature_flag:1]", "[contact:a@b.example]", "[[wiki]]", "[work_item:4]", "[issue:group/project/1]",
        // quick actions
        "/close", "/merge", "/approve\n/label ~x", "x\n/close", "x\r/close", "x\u2028/close", "x\u2029/close", "x\u0085/close", "\u200b/close", "/charter mute fnd_0123456789abcdef0123", "/cc @all",
        // links and pictures
        "https://evil.example/?leak=1", "http://evil.example", "www.evil.example/x", "_www.evil.example", "*www.evil.example*", "ftp://evil.example", "HTTPS://EVIL.EXAMPLE", "mailto:a@evil.example", "xmpp:a@evil.example", "javascript:alert(1)",
        "[click](https://evil.example)", "[click][x]\n\n[x]: https://evil.example", "![p](https://evil.example/p.png)", "<https://evil.example>", "<a@evil.example>", "](https://evil.example)", "`](https://evil.example)", "[`a`](//evil.example)", "\\[click](https://evil.example)",
        "&lsqb;x&rsqb;(https://evil.example)", "h&#116;tps://evil.example", "https&colon;//evil.example", ":octocat:", "::include{file=secrets}",
        // HTML
        "<img src=https://evil.example/p.png>", "<script>alert(1)</script>", "</details><h1>Approved</h1>", "</sub>", "<!-- charterhouse:comment:pull/17 -->", "<!-- charterhouse:do:mute:fnd_0123456789abcdef0123 -->", "--> visible", "<!-- hidden", "<![CDATA[x]]>", "<?php", "&lt;img src=x&gt;", "<svg/onload=alert(1)>", "<details open>", "<a href='https://evil.example'>x</a>",
        // blocks
        "# Approved", "x\n# Approved", "- [x] done", "- [ ] <!-- charterhouse:do:analyze -->", "[x] done", "1. one", "1) one", "+ plus", "- minus", "* star", "> quote", "---", "===", "***", "~~~", "```\n@admin\n```", "\tcode", "    code", "x\n\nnew paragraph", "[^1]: note", "[^1]", "[TOC]", "[[_TOC_]]",
        // tables
        "a | b | c", "a \\| b", "a \\\\| b", "|---|---|", "x |\n| critical | Approved | by us |",
        // code
        "`", "``", "```", "` @admin `", "`` ` @admin", "\\`@admin`", "a`b`c@admin#1", new string('`', 90) + " @admin " + new string('`', 90), "`|` @admin #1", "\\", "x\\",
        // formulas and emphasis
        "$x$", "$$\\unicode{x0040}admin$$", "$`x`$", "**bold**", "__bold__", "~~gone~~", "==mark==", "{+ added +}", "[- gone -]", "{: .class}", "H~2~O^2^", "\\(x\\)",
        // hidden, turned, broken
        "safe\u202egnp.exe", "\u2066isolate\u2069", "\u200bzero\u200cwidth\u200d\ufeff", "soft\u00adhyphen", "\U000e0041\U000e0042 tags", "vs\ufe01\ufe02", "vs\U000e0101", "fill\u3164er\uffa0", "braille\u2800", "\ud800 lone", "\udfff", "private\ue000", "\u0007bell\u001b[31mred\u001b[0m", "\0null", "\u009b31m", "Z" + string.Concat(Enumerable.Repeat("\u0336\u0489", 60)), "\u00a0nbsp\u2003em", "emoji \u2764\ufe0f \U0001f468\u200d\U0001f469",
        // long
        new string('a', 5_000), string.Concat(Enumerable.Repeat("\U0001f600", 2_000)), string.Concat(Enumerable.Repeat("@a #1 ", 1_000)), string.Concat(Enumerable.Repeat("[", 3_000)), string.Concat(Enumerable.Repeat("$", 3_000)), "",
        "   ",
    ];
}
