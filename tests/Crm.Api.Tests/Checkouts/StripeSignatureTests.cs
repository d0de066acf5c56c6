using System.Text;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Infrastructure.Checkouts;

namespace Crm.Api.Tests.Checkouts;

/// <summary>Signatures as Stripe makes them, with its vectors where they are there and with some of our own.</summary>
public sealed class StripeSignatureTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_533_204_720);
    private static readonly byte[] Body = "{\"id\": \"evt_1\"}\n"u8.ToArray();

    [Fact]
    public void The_shared_vectors_are_accepted_and_refused_as_they_say()
    {
        if (SharedData.Find("webhooks/signature_vectors.json") is not { } file || SharedData.Find("webhooks/stripe-events/event_test_signature.json") is not { } payload)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("shared/data/webhooks is absent: only our own signatures were tried");
            return;
        }
        var (vector, body) = (JsonNode.Parse(File.ReadAllText(file))!["stripe"]!, File.ReadAllBytes(payload));
        var (secret, header) = ((string)vector["secret"]!, (string)vector["header"]!);
        DateTimeOffset At(int i) => DateTimeOffset.FromUnixTimeSeconds((long)vector["cases"]![i]!["now"]!);
        StripeSignature.Refusal(secret, body, header, At(0)).ShouldBeNull();
        StripeSignature.Refusal(secret, body, header, At(1)).ShouldBe("is too old");
        StripeSignature.Refusal(secret, [.. body, .. "this_changes_the_json"u8], header, At(0)).ShouldBe("is not right");
        StripeSignature.Refusal(secret + "\uD802", body, header, At(0)).ShouldBe("is not right");
        StripeSignature.Refusal(secret, [.. body, 0xED, 0xA0, 0x82], header, At(0)).ShouldBe("is not right");
    }

    [Theory]
    [InlineData(null, "is required")]
    [InlineData("", "has no time")]
    [InlineData("v1=00", "has no time")]
    [InlineData("t=x,v1=00", "has no time")]
    [InlineData("t=-1533204620,v1=00", "has no time")]
    [InlineData("t=99999999999999999999,v1=00", "has no time")]
    [InlineData("t=1533204620", "is not right")]
    [InlineData("t=1533204620,v1=", "is not right")]
    [InlineData("t=1533204620,,=,v1", "is not right")]
    public void What_is_no_signature_is_refused(string? header, string why) => StripeSignature.Refusal("secret", Body, header, Now).ShouldBe(why);

    [Fact]
    public void Any_of_several_will_do_and_other_schemes_count_for_nothing()
    {
        var right = Encoding.UTF8.GetString(StripeSignature.Sign("secret", 1_533_204_620, Body)!);
        StripeSignature.Refusal("secret", Body, $"t=1533204620,v1=00,v1={right}", Now).ShouldBeNull();
        StripeSignature.Refusal("secret", Body, $"t=1533204620,v0={right}", Now).ShouldBe("is not right");
        StripeSignature.Refusal("secret", Body, $"t=1533204621,v1={right}", Now).ShouldBe("is not right");
        StripeSignature.Refusal("other", Body, $"t=1533204620,v1={right}", Now).ShouldBe("is not right");
        StripeSignature.Refusal("secret", Body, $"t=1533204620,v1={right}", Now.AddMinutes(-30)).ShouldBe("is too old");
        StripeSignature.Refusal("secret", Body, $"t=1533204620,v1={right}" + new string(',', 2_000), Now).ShouldBe("is required");
    }
}
