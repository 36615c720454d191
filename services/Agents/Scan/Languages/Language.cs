namespace Charterhouse.Agents.Scan.Languages;

/// <summary>What a language is for; only <see cref="Code"/> may be a hotspot.</summary>
internal enum LanguageKind
{
    Code,
    Markup,
    Data,
    Prose,
}

/// <summary>A language that the scan knows.</summary>
/// <param name="Extensions">With the dot, lower case, separated by blanks.</param>
/// <param name="FileNames">Whole names, lower case, separated by blanks.</param>
/// <param name="Interpreters">Programs in a <c>#!</c> line, without version digits.</param>
internal sealed record Language(
    string Name, LanguageKind Kind, CommentSyntax Syntax, string Extensions, string FileNames = "", string Interpreters = "");
