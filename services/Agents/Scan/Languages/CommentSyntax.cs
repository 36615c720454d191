using System.Text;

namespace Charterhouse.Agents.Scan.Languages;

/// <summary>How a language writes comments and strings, as far as it decides what a line is.</summary>
internal sealed class CommentSyntax
{
    private CommentSyntax(string[] line, (string Open, string Close)[] block)
    {
        Line = Array.ConvertAll(line, Encoding.ASCII.GetBytes);
        Block = Array.ConvertAll(block, pair => new Pair(Encoding.ASCII.GetBytes(pair.Open), Encoding.ASCII.GetBytes(pair.Close)));
    }

    /// <summary>What begins a comment that ends with the line.</summary>
    public byte[][] Line { get; }
    public Pair[] Block { get; }
    /// <summary>Block comments may hold block comments.</summary>
    public bool Nested { get; private init; }
    /// <summary>Block comments begin and end only at the beginning of a line.</summary>
    public bool BlockAtLineStart { get; private init; }
    /// <summary>Line comments count only as the first thing on a line (elsewhere the mark may mean something else).</summary>
    public bool LineAtLineStart { get; private init; }
    /// <summary>Quotes of strings that end with the line at the latest; a backslash escapes.</summary>
    public byte[] Quotes { get; private init; } = "\"'"u8.ToArray();
    /// <summary>Strings over several lines, the longest opening first.</summary>
    public Pair[] LongStrings { get; private init; } = [];
    /// <summary>A long string that begins a statement documents it: it counts as comment (Python, Julia).</summary>
    public bool DocStrings { get; private init; }
    /// <summary>A slash may begin a regular expression (JavaScript).</summary>
    public bool RegexLiterals { get; private init; }
    /// <summary>Begins like a comment, but is code: PHP's attributes <c>#[</c>, Haskell's pragmas <c>{-#</c>.</summary>
    public byte[] Except { get; private init; } = [];
    /// <summary>An apostrophe quotes one character or stands alone (Rust's lifetimes, ML's type variables).</summary>
    public bool CharLiterals { get; private init; }
    /// <summary>Marks that make a line a comment in this one column, counted from 0: the forms of the punched card.</summary>
    public byte[] ColumnMarks { get; private init; } = [];
    public int Column { get; private init; }
    /// <summary>Line comments are recognised without regard to case (REM).</summary>
    public bool IgnoreCase { get; private init; }

    /// <summary>An opening and a closing mark.</summary>
    internal sealed record Pair(byte[] Open, byte[] Close);

    private static Pair[] Strings(params string[] marks) => Array.ConvertAll(marks, mark => new Pair(Encoding.ASCII.GetBytes(mark), Encoding.ASCII.GetBytes(mark)));

    private static Pair[] Strings(string open, string close) => [new(Encoding.ASCII.GetBytes(open), Encoding.ASCII.GetBytes(close))];

    private static readonly (string, string) SlashStar = ("/*", "*/");
    private static readonly (string, string) Markup = ("<!--", "-->");
    private static readonly byte[] NoQuotes = [];
    private static readonly byte[] DoubleQuote = "\""u8.ToArray();

    public static readonly CommentSyntax None = new([], []) { Quotes = NoQuotes };
    public static readonly CommentSyntax C = new(["//"], [SlashStar]);
    public static readonly CommentSyntax CSharp = new(["//"], [SlashStar]) { LongStrings = [.. Strings("\"\"\""), .. Strings("@\"", "\""), .. Strings("$@\"", "\""), .. Strings("@$\"", "\"")] };
    public static readonly CommentSyntax Jvm = new(["//"], [SlashStar]) { LongStrings = Strings("\"\"\"") };
    public static readonly CommentSyntax JvmScript = new(["//"], [SlashStar]) { LongStrings = [.. Strings("\"\"\""), .. Strings("'''")] };
    public static readonly CommentSyntax JvmNested = new(["//"], [SlashStar]) { Nested = true, LongStrings = Strings("\"\"\"") };
    public static readonly CommentSyntax JavaScript = new(["//"], [SlashStar]) { LongStrings = Strings("`"), RegexLiterals = true };
    public static readonly CommentSyntax Go = new(["//"], [SlashStar]) { LongStrings = Strings("`") };
    public static readonly CommentSyntax Rust = new(["//"], [SlashStar])
    {
        Nested = true,
        Quotes = NoQuotes,
        CharLiterals = true,
        LongStrings = [.. Strings("r##\"", "\"##"), .. Strings("r#\"", "\"#"), .. Strings("r\"", "\""), .. Strings("\"")],
    };
    public static readonly CommentSyntax Php = new(["//", "#"], [SlashStar]) { Except = "#["u8.ToArray() };
    public static readonly CommentSyntax Css = new([], [SlashStar]);
    public static readonly CommentSyntax Scss = new(["//"], [SlashStar]) { LineAtLineStart = true };
    public static readonly CommentSyntax Sql = new(["--"], [SlashStar]) { Quotes = "'"u8.ToArray() };
    public static readonly CommentSyntax Hash = new(["#"], []) { LineAtLineStart = true };
    public static readonly CommentSyntax HashSlash = new(["#", "//"], [SlashStar]);
    public static readonly CommentSyntax Python = new(["#"], []) { LongStrings = [.. Strings("\"\"\""), .. Strings("'''")], DocStrings = true };
    public static readonly CommentSyntax Ruby = new(["#"], [("=begin", "=end")]) { BlockAtLineStart = true, LineAtLineStart = true };
    public static readonly CommentSyntax Perl = new(["#"], [("=pod", "=cut"), ("=head", "=cut"), ("=over", "=cut"), ("=item", "=cut"), ("=begin", "=cut"), ("=for", "=cut"), ("=encoding", "=cut")]) { BlockAtLineStart = true, LineAtLineStart = true };
    public static readonly CommentSyntax PowerShell = new(["#"], [("<#", "#>")]);
    public static readonly CommentSyntax CMake = new(["#"], [("#[[", "]]")]);
    public static readonly CommentSyntax Xml = new([], [Markup]) { Quotes = NoQuotes };
    public static readonly CommentSyntax Component = new(["//"], [Markup, SlashStar]) { LineAtLineStart = true, Quotes = NoQuotes };
    public static readonly CommentSyntax Razor = new([], [("@*", "*@"), Markup]) { Quotes = NoQuotes };
    public static readonly CommentSyntax Handlebars = new([], [("{{!--", "--}}"), ("{{!", "}}"), Markup]) { Quotes = NoQuotes };
    public static readonly CommentSyntax Jinja = new([], [("{#", "#}"), Markup]) { Quotes = NoQuotes };
    // A description in triple quotes documents what follows it, as Python's does.
    public static readonly CommentSyntax GraphQl = new(["#"], [("\"\"\"", "\"\"\"")]) { Quotes = DoubleQuote };
    public static readonly CommentSyntax Blade = new([], [("{{--", "--}}"), Markup]) { Quotes = NoQuotes };
    public static readonly CommentSyntax Ejs = new([], [("<%#", "%>"), Markup]) { Quotes = NoQuotes };
    public static readonly CommentSyntax Liquid = new([], [("{% comment %}", "{% endcomment %}"), ("{%- comment -%}", "{%- endcomment -%}"), Markup]) { Quotes = NoQuotes };
    public static readonly CommentSyntax ServerPage = new([], [("<%--", "--%>"), Markup]) { Quotes = NoQuotes };
    public static readonly CommentSyntax Ml = new([], [("(*", "*)")]) { Nested = true, Quotes = NoQuotes, CharLiterals = true, LongStrings = Strings("\"") };
    public static readonly CommentSyntax FSharp = new(["//"], [("(*", "*)")]) { Nested = true, Quotes = DoubleQuote, LongStrings = Strings("\"\"\"") };
    public static readonly CommentSyntax Haskell = new(["--"], [("{-", "-}")]) { Nested = true, Quotes = DoubleQuote, Except = "{-#"u8.ToArray() };
    public static readonly CommentSyntax Elm = Haskell;
    public static readonly CommentSyntax Lua = new(["--"], [("--[[", "]]"), ("--[=[", "]=]")]) { LongStrings = Strings("[[", "]]") };
    public static readonly CommentSyntax Lisp = new([";"], [("#|", "|#")]) { Nested = true, Quotes = NoQuotes, LongStrings = Strings("\"") };
    public static readonly CommentSyntax Semicolon = new([";"], []) { Quotes = NoQuotes, LongStrings = Strings("\"") };
    public static readonly CommentSyntax WebAssembly = new([";;"], [("(;", ";)")]) { Nested = true, Quotes = DoubleQuote };
    public static readonly CommentSyntax Properties = new(["#", "!"], []) { LineAtLineStart = true, Quotes = NoQuotes };
    public static readonly CommentSyntax Ini = new([";", "#"], []) { LineAtLineStart = true };
    public static readonly CommentSyntax M4 = new(["#", "dnl"], []) { LineAtLineStart = true, Quotes = NoQuotes };
    public static readonly CommentSyntax Percent = new(["%"], []) { LineAtLineStart = true, Quotes = NoQuotes };
    public static readonly CommentSyntax Matlab = new(["%"], [("%{", "%}")]) { LineAtLineStart = true, BlockAtLineStart = true };
    public static readonly CommentSyntax Basic = new(["'", "rem "], []) { LineAtLineStart = true, IgnoreCase = true };
    public static readonly CommentSyntax Batch = new(["rem ", "@rem ", "::"], []) { LineAtLineStart = true, IgnoreCase = true, Quotes = NoQuotes };
    public static readonly CommentSyntax Fortran = new(["!"], []);
    public static readonly CommentSyntax FortranFixed = new(["!"], []) { ColumnMarks = "cC*"u8.ToArray() };
    public static readonly CommentSyntax Pascal = new(["//"], [("{", "}"), ("(*", "*)")]) { Quotes = "'"u8.ToArray(), Except = "{$"u8.ToArray() };
    public static readonly CommentSyntax Ada = new(["--"], []) { Quotes = DoubleQuote };
    public static readonly CommentSyntax Vim = new(["\""], []) { LineAtLineStart = true, Quotes = NoQuotes };
    public static readonly CommentSyntax Elixir = new(["#"], [("@doc \"\"\"", "\"\"\""), ("@moduledoc \"\"\"", "\"\"\""), ("@typedoc \"\"\"", "\"\"\""), ("@doc ~S\"\"\"", "\"\"\""), ("@moduledoc ~S\"\"\"", "\"\"\""), ("@typedoc ~S\"\"\"", "\"\"\"")]) { LongStrings = [.. Strings("\"\"\"")] };
    public static readonly CommentSyntax Julia = new(["#"], [("#=", "=#"), ("@doc \"\"\"", "\"\"\""), ("@doc raw\"\"\"", "\"\"\"")]) { Nested = true, DocStrings = true, CharLiterals = true, Quotes = NoQuotes, LongStrings = [.. Strings("\"\"\""), .. Strings("\"")] };
    public static readonly CommentSyntax Nim = new(["#"], [("#[", "]#")]) { Nested = true, LongStrings = Strings("\"\"\"") };
    public static readonly CommentSyntax CoffeeScript = new(["#"], [("###", "###")]) { LineAtLineStart = true };
    public static readonly CommentSyntax Nix = new(["#"], [SlashStar]) { Quotes = DoubleQuote, LongStrings = Strings("''") };
    public static readonly CommentSyntax Assembly = new([";", "#", "//", "@"], [SlashStar]) { LineAtLineStart = true, Quotes = NoQuotes };
    public static readonly CommentSyntax D = new(["//"], [("/+", "+/"), SlashStar]) { LongStrings = Strings("`") };
    public static readonly CommentSyntax Zig = new(["//"], []);
    public static readonly CommentSyntax Erlang = new(["%"], []);
    public static readonly CommentSyntax Dash = new(["--"], []);
    public static readonly CommentSyntax Cobol = new(["*"], []) { LineAtLineStart = true, ColumnMarks = "*/"u8.ToArray(), Column = 6 };
    public static readonly CommentSyntax Pug = new(["//"], []) { LineAtLineStart = true };
}
