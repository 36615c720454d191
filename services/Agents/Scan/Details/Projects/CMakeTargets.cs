namespace Charterhouse.Agents.Scan.Details.Projects;

/// <summary>
/// CMakeLists.txt as far as its commands say plainly which targets there are, what links what and which folders belong to it. Nothing is evaluated: a
/// name with a variable in it is passed over. A project's own <c>…_library</c> and <c>…_executable</c> are read as well, by the keywords that are usual.
/// </summary>
internal static class CMakeTargets
{
    private const int CommandLimit = 10_000;
    private const int ArgumentLimit = 2_000;

    public static void Read(string text, DetailWriter writer)
    {
        var (at, line) = (0, 1);
        for (var count = 0; count < CommandLimit && Next(text, ref at, ref line) is var (command, arguments, number); count++)
        {
            if (arguments.Count == 0) continue;
            switch (command)
            {
                case "add_subdirectory": writer.Add(ProjectRows.Kind, number, ProjectRows.Member, IsPlain(arguments[0]) ? arguments[0] : ProjectRows.Any); break;
                case "target_link_libraries" when IsPlain(arguments[0]): Uses(arguments[0], arguments.Skip(1), number, writer); break;
                case var _ when command.EndsWith("_library", StringComparison.Ordinal) || command.EndsWith("_executable", StringComparison.Ordinal): Target(command, arguments, number, writer); break;
            }
        }
    }

    private static void Target(string command, List<string> arguments, int line, DetailWriter writer)
    {
        // ALIAS and IMPORTED are no targets of their own; find_library looks for one.
        if (command.StartsWith("find_", StringComparison.Ordinal) || command.StartsWith("target_", StringComparison.Ordinal) || arguments.Contains("ALIAS") || arguments.Contains("IMPORTED") || arguments.Contains("TESTONLY")) return;
        var isOwn = command is not ("add_library" or "add_executable");
        var name = isOwn && arguments.IndexOf("NAME") is var named and >= 0 && named + 1 < arguments.Count ? arguments[named + 1] : arguments[0];
        if (!IsPlain(name) || IsKeyword(name)) return;
        var isProgram = command.EndsWith("_executable", StringComparison.Ordinal);
        writer.Add(ProjectRows.Kind, line, ProjectRows.Target, name, isProgram ? ProjectRows.Program : "");
        if (isProgram)
            foreach (var source in arguments.Skip(1).Where(argument => IsPlain(argument) && argument.Contains('.', StringComparison.Ordinal)).Take(100)) writer.Add(ProjectRows.Kind, line, ProjectRows.Source, name, source);
        if (isOwn)
            for (var i = 1; i < arguments.Count; i++)
                if (arguments[i] is "DEPS" or "PUBLIC_DEPS" or "PRIVATE_DEPS" or "LINK_LIBS" or "LINK_LIBRARIES" or "LINK_COMPONENTS" or "LIBS") Uses(name, arguments.Skip(i + 1).TakeWhile(argument => !IsKeyword(argument)), line, writer);
    }

    private static void Uses(string target, IEnumerable<string> libraries, int line, DetailWriter writer)
    {
        foreach (var library in libraries)
            if (IsPlain(library) && library is not ("PUBLIC" or "PRIVATE" or "INTERFACE") && library[0] != '-') writer.Add(ProjectRows.Kind, line, ProjectRows.Uses, target, library);
    }

    private static bool IsPlain(string word) => word.Length > 0 && word.AsSpan().IndexOfAny("${}<>") < 0;

    private static bool IsKeyword(string word) => word.Length > 2 && word.All(c => char.IsAsciiLetterUpper(c) || c == '_');

    /// <summary>The next command with its arguments, lists unwrapped; null at the end.</summary>
    private static (string Command, List<string> Arguments, int Line)? Next(string text, ref int at, ref int line)
    {
        var word = "";
        while (at < text.Length)
        {
            var c = text[at];
            if (c == '#') Comment(text, ref at, ref line);
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                var begin = at;
                while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
                word = text[begin..at].ToLowerInvariant();
            }
            else if (c == '(' && word.Length > 0)
            {
                var number = line;
                at++;
                return (word, Arguments(text, ref at, ref line), number);
            }
            else
            {
                if (c == '\n') line++;
                if (!char.IsWhiteSpace(c)) word = "";
                at++;
            }
        }
        return null;
    }

    private static List<string> Arguments(string text, ref int at, ref int line)
    {
        var arguments = new List<string>();
        for (var depth = 1; at < text.Length && depth > 0;)
        {
            var c = text[at];
            if (c == '#') Comment(text, ref at, ref line);
            else if (c is '(' or ')' || char.IsWhiteSpace(c) || c == ';')
            {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (c == '\n') line++;
                at++;
            }
            else
            {
                var begin = c == '"' ? ++at : at;
                while (at < text.Length && (c == '"' ? text[at] != '"' : !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')' or ';' or '#' or '"')))
                {
                    if (text[at] == '\\') at++;
                    if (at < text.Length && text[at++] == '\n') line++;
                }
                if (arguments.Count < ArgumentLimit) arguments.Add(text[Math.Min(begin, text.Length)..Math.Min(at, text.Length)]);
                if (c == '"') at++;
            }
        }
        return arguments;
    }

    private static void Comment(string text, ref int at, ref int line)
    {
        var end = text.AsSpan(at).StartsWith("#[[") ? text.IndexOf("]]", at, StringComparison.Ordinal) : text.IndexOf('\n', at);
        end = end < 0 ? text.Length : text[end] == ']' ? end + 2 : end;
        line += text.AsSpan(at, end - at).Count('\n');
        at = end;
    }
}
