namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>
/// Rust: use trees, mod, extern crate, <c>crate::…</c> within code, <c>fn main</c>; what is only built for tests is left out, and so is what macros write.
/// </summary>
internal sealed class RustImports(DetailWriter writer)
{
    private const int TreeDepth = 20;
    private readonly Stack<(string Path, int Depth)> _modules = new();
    private readonly HashSet<string> _children = new(StringComparer.Ordinal);
    private int _depth;
    private bool _public;
    private bool _handsOn;

    public void Read(ref SourceTokens tokens)
    {
        var onlyTests = false;
        string? path = null;
        while (tokens.Next())
        {
            if (tokens.Kind == TokenKind.Mark)
            {
                if (tokens.IsMark('#')) (onlyTests, path) = Attribute(ref tokens, onlyTests, path);
                else Mark(ref tokens, ref onlyTests);
                continue;
            }
            var line = tokens.Line;
            if (tokens.Is("pub"))
            {
                _public = true;
            }
            else if (tokens.Is("use"))
            {
                (_handsOn, _public) = (_public, false);
                if (tokens.Next()) Tree(ref tokens, "", line, onlyTests, 0);
                onlyTests = false;
            }
            else if (tokens.Is("mod"))
            {
                Module(ref tokens, line, onlyTests, path);
                (onlyTests, path) = (false, null);
            }
            else if (tokens.Is("extern"))
            {
                if (tokens.Next() && tokens.Is("crate") && tokens.Next() && tokens.Kind == TokenKind.Word) writer.Add(ImportRows.Import, line, tokens.Value.ToString(), "", Inline);
                else tokens.Back();
            }
            else if (WritesCode(ref tokens))
            {
                if (Quoted(ref tokens)) _public = onlyTests = false;
            }
            else if (tokens.Is("crate"))
            {
                var name = Path(ref tokens);
                if (name.Contains("::", StringComparison.Ordinal)) writer.Add(ImportRows.Import, line, name, "", Inline);
            }
            else if (tokens.Is("fn") && _depth == 0)
            {
                if (tokens.Next() && tokens.Is("main")) writer.Add(ImportRows.Main, line, "main");
            }
        }
    }

    private static string FirstOf(string path)
    {
        if (path.StartsWith("self::", StringComparison.Ordinal)) path = path[6..];
        return path.IndexOf("::", StringComparison.Ordinal) is var end and > 0 ? path[..end] : path;
    }

    private string Inline => _modules.Count > 0 ? _modules.Peek().Path : "";

    private void Mark(ref SourceTokens tokens, ref bool onlyTests)
    {
        if (tokens.IsMark('{') || tokens.IsMark(';')) _public = false;
        if (tokens.IsMark('{'))
        {
            // #[cfg(test)] fn …
            if (onlyTests) SkipBlock(ref tokens);
            else _depth++;
            onlyTests = false;
        }
        else if (tokens.IsMark('}'))
        {
            _depth--;
            if (_modules.Count > 0 && _modules.Peek().Depth > _depth) _modules.Pop();
        }
        else if (tokens.IsMark(';'))
        {
            onlyTests = false;
        }
    }

    private static (bool OnlyTests, string? Path) Attribute(ref SourceTokens tokens, bool onlyTests, string? path)
    {
        if (!tokens.Next()) return (onlyTests, path);
        if (!tokens.IsMark('['))
        {
            tokens.Back();
            return (onlyTests, path);
        }
        var depth = 1;
        var words = 0;
        var isCfg = false;
        var isAll = false;
        var isPath = false;
        var nested = 0;
        while (depth > 0 && tokens.Next())
        {
            if (tokens.IsMark('[')) depth++;
            else if (tokens.IsMark(']')) depth--;
            else if (tokens.IsMark('(')) nested++;
            else if (tokens.IsMark(')')) nested--;
            else if (tokens.Kind == TokenKind.Word)
            {
                if (words == 0) (isCfg, isPath) = (tokens.Is("cfg"), tokens.Is("path"));
                else if (words == 1 && isCfg && tokens.Is("all")) isAll = true;
                // cfg(test), cfg(all(test, …)); with any(…) or not(…) it is built without tests too
                else if (isCfg && tokens.Is("test") && nested == (isAll ? 2 : 1)) onlyTests = true;
                words++;
            }
            else if (tokens.Kind == TokenKind.Text && isPath && words == 1)
            {
                path = tokens.Value.ToString();
            }
        }
        return (onlyTests, path);
    }

    private void Module(ref SourceTokens tokens, int line, bool onlyTests, string? path)
    {
        if (!tokens.Next() || tokens.Kind != TokenKind.Word) return;
        var name = tokens.Value.ToString();
        if (!tokens.Next()) return;
        if (tokens.IsMark(';'))
        {
            _public = false;
            _children.Add(name);
            if (!onlyTests) writer.Add(ImportRows.Import, line, name, ImportRows.Child, path ?? Inline);
        }
        else if (tokens.IsMark('{'))
        {
            if (onlyTests)
            {
                SkipBlock(ref tokens);
                return;
            }
            _depth++;
            // Deeper than anybody writes: what stands there counts for the module around it.
            if (_modules.Count < TreeDepth) _modules.Push((Inline.Length == 0 ? name : Inline + "::" + name, _depth));
        }
        else
        {
            tokens.Back();
        }
    }

    /// <summary>What such a macro is given becomes code where it is used or put, not here.</summary>
    private static bool WritesCode(ref SourceTokens tokens) =>
        tokens.Is("quote") || tokens.Is("quote_spanned") || tokens.Is("parse_quote") || tokens.Is("parse_quote_spanned") || tokens.Is("macro_rules");

    /// <summary>Skips <c>! { … }</c>, with a name before the bracket; false, and nothing skipped but white space, where something else follows.</summary>
    private static bool Quoted(ref SourceTokens tokens)
    {
        if (!tokens.Next()) return false;
        if (!tokens.IsMark('!'))
        {
            tokens.Back();
            return false;
        }
        if (tokens.Next() && tokens.Kind == TokenKind.Word && !tokens.Next() || !IsOpen(ref tokens))
        {
            tokens.Back();
            return false;
        }
        for (var depth = 1; depth > 0 && tokens.Next();)
        {
            if (IsOpen(ref tokens)) depth++;
            else if (tokens.IsMark('}') || tokens.IsMark(')') || tokens.IsMark(']')) depth--;
        }
        return true;
    }

    private static bool IsOpen(ref SourceTokens tokens) => tokens.IsMark('{') || tokens.IsMark('(') || tokens.IsMark('[');

    private static void SkipBlock(ref SourceTokens tokens)
    {
        for (var depth = 1; depth > 0 && tokens.Next();)
        {
            if (tokens.IsMark('{')) depth++;
            else if (tokens.IsMark('}')) depth--;
        }
    }

    /// <summary>One branch of a use tree, from the current token on; stops at the mark after it.</summary>
    private void Tree(ref SourceTokens tokens, string prefix, int line, bool skip, int depth)
    {
        var path = prefix;
        while (true)
        {
            if (tokens.Kind == TokenKind.Word && !tokens.Is("as"))
            {
                if (path.Length < DetailWriter.FieldLimit) path = path.Length == 0 ? tokens.Value.ToString() : $"{path}::{tokens.Value}";
            }
            else if (tokens.Is("as"))
            {
                if (!tokens.Next()) return;
            }
            else if (tokens.IsMark('{'))
            {
                while (depth < TreeDepth && tokens.Next() && !tokens.IsMark('}'))
                {
                    Tree(ref tokens, path, tokens.Line, skip, depth + 1);
                    if (tokens.IsMark('}') || tokens.IsMark(';')) break;
                }
                if (depth >= TreeDepth) SkipBlock(ref tokens);
                if (tokens.IsMark('}')) tokens.Next();
                return;
            }
            else if (!tokens.IsMark(':') && !tokens.IsMark('*'))
            {
                break;
            }
            if (!tokens.Next()) break;
        }
        // "mod x; pub use x::*;" hands on what is in x; the file itself needs nothing of it.
        if (!skip && path.Length > 0 && !(_handsOn && _children.Contains(FirstOf(path)))) writer.Add(ImportRows.Import, line, path, "", Inline);
    }

    private static string Path(ref SourceTokens tokens)
    {
        var path = tokens.Value.ToString();
        while (tokens.Next())
        {
            if (!tokens.IsMark(':') || !tokens.Next() || !tokens.IsMark(':') || !tokens.Next() || tokens.Kind != TokenKind.Word || path.Length > DetailWriter.FieldLimit)
            {
                tokens.Back();
                break;
            }
            path += "::" + tokens.Value.ToString();
        }
        return path;
    }
}
