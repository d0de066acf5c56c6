using System.Text;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Domain.Common;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Identity.Issuers;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Identity;

/// <summary>
/// Signatures by others' tools against every verifier there is: right ones of our algorithms count, all others are refused, and no text is
/// too odd to be refused in good order.
/// </summary>
public sealed class WycheproofTests
{
    private sealed record Case(string Id, JsonObject Key, string Jws, bool Valid)
    {
        public string? Algorithm => Key["alg"] is { } alg ? (string?)alg : null;
    }

    [Fact]
    public void Every_invalid_signature_is_refused()
    {
        var (ours, cases) = (Own(), Shared() ?? []);
        var refused = ours.Concat(cases).Where(c => !c.Valid).Select(c => (c.Id, Accepted: IsAccepted(c))).ToList();
        refused.Where(c => c.Accepted).ShouldBeEmpty();
        if (cases.Count == 0) return;
        (cases.Count, cases.Count(c => !c.Valid)).ShouldBe((401, 355));
        TestContext.Current.TestOutputHelper?.WriteLine($"{cases.Count} signatures, 355 of them invalid: all 355 are refused, and {refused.Count - 355} made here.");
    }

    [Fact]
    public void Every_right_signature_of_our_algorithms_counts_and_no_other()
    {
        var (ours, cases) = (Own(), Shared() ?? []);
        var (accepted, foreign, lenient) = (0, 0, 0);
        foreach (var one in ours.Concat(cases).Where(c => c.Valid))
        {
            if (one.Algorithm is not ("HS256" or "RS256" or "ES256"))
            {
                IsSigned(one).ShouldBeFalse($"{one.Id} is of {one.Algorithm} and counts");
                foreign++;
            }
            else if (IsSigned(one)) accepted++;
            else if (IsLenient(one)) lenient++;
            else throw new ShouldAssertException($"{one.Id} is valid and does not count");
        }
        // Here a verifier of bare signatures is looked at, which HS256 needs too: our own tokens must say more than that they are signed.
        var texts = cases.Where(c => c.Valid).Select(c => c.Jws).ToHashSet();
        var wrong = ours.Concat(cases).Where(c => !c.Valid && IsSigned(c)).ToList();
        wrong.Where(c => !texts.Contains(c.Jws)).ShouldBeEmpty();
        if (cases.Count == 0) return;
        // The same text under the same key is once called valid and twice invalid ("invalid padding" that is not in the text): no verifier can do both.
        wrong.Count.ShouldBe(2);
        accepted -= ours.Count(c => c.Valid);
        (accepted + foreign + lenient, lenient).ShouldBe((46, 2));
        TestContext.Current.TestOutputHelper?.WriteLine($"46 valid signatures: {accepted} of HS256, RS256 and ES256 count, {foreign} of other algorithms do not, nor {lenient} that are valid only to who skips odd characters.");
    }

    /// <summary>Whether the service would let it in by its signature: as a token of its own, with the key as its secret, or of an issuer with this key in its set.</summary>
    private static bool IsAccepted(Case one)
    {
        if (Secret(one) is { } secret)
        {
            try
            {
                new Tokens(new TokenKey(secret), TimeProvider.System, new ConfigurationBuilder().Build()).Validate(one.Jws);
                return true;
            }
            catch (CrmException refusal)
            {
                refusal.Code.ShouldBe("UNAUTHENTICATED");
            }
        }
        return CompactJws.Read(one.Jws) is { } jws && SetOf(one).Candidates(jws.Algorithm, jws.KeyId).Any(jws.IsSignedBy);
    }

    /// <summary>Whether the signature is the key's.</summary>
    private static bool IsSigned(Case one) => CompactJws.Read(one.Jws) is { } jws
        && (SetOf(one).Candidates(jws.Algorithm, jws.KeyId).Any(jws.IsSignedBy) || (Secret(one) is { } secret && jws.IsSignedBy(new HmacKey(secret))));

    /// <summary>Valid only to who skips characters that are none of base64url.</summary>
    private static bool IsLenient(Case one) => one.Jws.Contains('?');

    private static KeySet SetOf(Case one) => KeySet.Parse(Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray(one.Key.DeepClone()) }.ToJsonString()));

    private static byte[]? Secret(Case one) => (string?)one.Key["k"] is { } k ? StrictBase64Url.Decode(k) : null;

    private static List<Case>? Shared()
    {
        if (SharedData.Find("jwt/wycheproof-jws.json") is not { } file) return null;
        return [.. from @group in JsonNode.Parse(File.ReadAllText(file))!["testGroups"]!.AsArray()
                   from test in @group!["tests"]!.AsArray()
                   select new Case($"{@group["comment"]} {test!["tcId"]}", (@group["public"] ?? @group["private"])!.AsObject(), test["jws"]!.ToString(), (string?)test["result"] == "valid")];
    }

    /// <summary>The same kinds of cases made here: they run wherever the others are absent.</summary>
    private static List<Case> Own()
    {
        using var issuer = new OutsideIssuer("https://own.example");
        var keys = JsonNode.Parse(issuer.KeySet())!["keys"]!.AsArray();
        var (rsa, ec) = (keys[0]!.AsObject(), keys[1]!.AsObject());
        ec["alg"] = "ES256";
        var cases = new List<Case>();
        foreach (var (key, algorithm) in new[] { (rsa, "RS256"), (ec, "ES256") })
        {
            var token = issuer.Sign(issuer.Claims("ada"), algorithm);
            var parts = token.Split('.');
            cases.Add(new Case($"own {algorithm}", key, token, true));
            foreach (var wrong in new[] { $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", $"{parts[0]}..{parts[2]}", $".{parts[1]}.{parts[2]}", $"{token}.", $"{token}=", $" {token}", token.Replace('.', ' '), parts[0] })
                cases.Add(new Case($"own {algorithm} {wrong}", key, wrong, false));
            for (var i = 0; i < token.Length; i += 7) cases.Add(new Case($"own {algorithm} changed at {i}", key, token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..], false));
            foreach (var other in new[] { "none", "None", "HS256", algorithm == "RS256" ? "ES256" : "RS256", "PS256", "RS512" })
                cases.Add(new Case($"own {algorithm} as {other}", key, issuer.Sign(issuer.Claims("ada"), algorithm, new JsonObject { ["alg"] = other }), false));
        }
        cases.Add(new Case("own zero ES256", ec, issuer.Sign(issuer.Claims("ada"), "ES256")[..^86] + new string('A', 86), false));
        return cases;
    }
}
