using System.Security.Cryptography;

namespace Crm.Application.Identity;

/// <summary>What opens the door once each when the authenticator is lost: ten codes of 80 random bits, as people can copy them.</summary>
public static class RecoveryCodes
{
    /// <summary>How many there are.</summary>
    public const int Count = 10;

    /// <summary>New ones, such as <c>k3x9-7bqf-m2ht-w5ra</c>.</summary>
    public static IReadOnlyList<string> New() => [.. Enumerable.Range(0, Count).Select(_ =>
    {
        var text = Base32.Encode(RandomNumberGenerator.GetBytes(10)).ToLowerInvariant();
        return string.Join('-', text.Chunk(4).Select(part => new string(part)));
    })];

    /// <summary>The code as it is compared: however it was typed, without what only makes it readable.</summary>
    public static string Bare(string typed) => typed.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
