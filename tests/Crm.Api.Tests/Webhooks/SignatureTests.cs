using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Infrastructure.Webhooks;

namespace Crm.Api.Tests.Webhooks;

/// <summary>Signatures by the Standard Webhooks specification, with its vector and with receivers that are not ours.</summary>
public sealed class SignatureTests(CrmApi api)
{
    [Fact]
    public void The_specification_s_own_vector_comes_out()
    {
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        StandardWebhooks.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8).ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        StandardWebhooks.Text(secret).ShouldBe("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    [Fact]
    public void The_shared_vectors_come_out()
    {
        if (SharedData.Find("webhooks/signature_vectors.json") is not { } path) return;
        var vector = JsonNode.Parse(File.ReadAllText(path))!["standard_webhooks"]!;

        StandardWebhooks.Sign(Convert.FromBase64String((string)vector["secret"]!), (string)vector["id"]!, (long)vector["timestamp"]!, Encoding.UTF8.GetBytes((string)vector["body"]!))
            .ShouldBe((string)vector["signature"]!);
    }

    [Fact]
    public void Several_secrets_sign_beside_each_other()
    {
        byte[][] secrets = [StandardWebhooks.NewSecret(), StandardWebhooks.NewSecret()];
        var headers = StandardWebhooks.Headers(secrets, "id", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{}"u8.ToArray());

        headers["webhook-signature"].Split(' ').ShouldBe(secrets.Select(s => StandardWebhooks.Sign(s, "id", 1614265330, "{}"u8)));
        secrets[0].Length.ShouldBe(32);
    }

    [Fact]
    public async Task The_packages_standardwebhooks_and_svix_accept_what_is_sent_before_and_after_a_rotation()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (id, secret) = await tenant.WebhookAsync(receiver);
        await tenant.LeadAsync("Žofie ✓ \"quoted\"");
        await receiver.CalledAsync(1, "the event arrives");
        var rotated = (await tenant.PostAsync($"/webhooks/{id}/rotate-secret")).ShouldBe(200).Of("secret")!;
        (await tenant.PostAsync($"/webhooks/{id}/test")).ShouldBe(200);
        await receiver.CalledAsync(2, "the test arrives");
        using var node = await NodeTools.ReadyAsync();

        (await VerifyAsync(node, secret, receiver.Calls)).ShouldBe((0, "lead.created\nwebhook.test\n"), "the old secret is good for a day");
        (await VerifyAsync(node, rotated, receiver.Calls.Skip(1))).ShouldBe((0, "webhook.test\n"));
        (await VerifyAsync(node, rotated, receiver.Calls.Take(1))).Code.ShouldNotBe(0, "what was sent before knows nothing of the new one");
        (await VerifyAsync(node, secret, receiver.Calls.Select(c => c with { Body = c.Body + " " }))).Code.ShouldNotBe(0);
    }

    private static async Task<(int Code, string Output)> VerifyAsync(NodeTools node, string secret, IEnumerable<WebhookCall> calls)
    {
        var file = Path.Combine(node.Folder, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { secret, calls = calls.Select(c => new { headers = c.Headers, body = c.Body }) }));
        return await node.RunAsync("node", "verify-webhooks.mjs", file);
    }
}
