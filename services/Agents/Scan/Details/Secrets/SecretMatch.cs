namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>How sure it is that a text is a credential.</summary>
internal enum SecretConfidence
{
    /// <summary>Only its place (an assignment, a password in an address) and its randomness say so.</summary>
    Likely,
    /// <summary>It has the exact shape of its issuer's credentials.</summary>
    Shaped,
    /// <summary>Its checksum or its decoded content is right as well.</summary>
    Verified,
}

/// <summary>A credential in a text. The value itself stays in the text: only what is public of it is here.</summary>
/// <param name="Kind">One of <see cref="SecretKinds"/>.</param>
/// <param name="Start">Where the secret part begins, after the public prefix.</param>
/// <param name="Length">Characters of the secret part.</param>
/// <param name="Public">What its issuer gives every such credential, such as <c>ghp_</c>; may be empty.</param>
/// <param name="Total">Characters of the whole value.</param>
internal readonly record struct SecretMatch(string Kind, int Start, int Length, string Public, int Total, SecretConfidence Confidence)
{
    /// <summary>The first index after it.</summary>
    public int End => Start + Length;
}
