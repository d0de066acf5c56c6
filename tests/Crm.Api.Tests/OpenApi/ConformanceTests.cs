using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.OpenApi;

/// <summary>
/// The service does what its document says. Everything here comes from the document itself, so a new route is covered by being
/// there; the only things told are what an example cannot know, such as a refresh token that counts.
/// </summary>
public sealed class ConformanceTests(CrmApi api)
{
    [Fact]
    public async Task Every_operation_succeeds_with_its_own_example_and_answers_as_described()
    {
        var contract = await Contract.OfAsync(api);
        var wrong = new List<string>();
        var common = await api.TenantAsync();
        foreach (var operation in contract.Operations)
        {
            // Signing out and the like would take the others' credentials away.
            var tenant = operation.Path.Contains("/auth/", StringComparison.Ordinal) ? await api.TenantAsync() : common;
            var secrets = await SecretsAsync(operation, tenant);
            var reply = await new Scene(contract, tenant).CallAsync(operation, body => Secrets(operation, body, tenant, secrets));
            wrong.AddRange(operation.Check(reply));
            if (reply.Status >= 300 && !Needs(operation)) wrong.Add($"{operation.Id} does not succeed: {reply.Text}");
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public async Task Every_query_parameter_is_taken()
    {
        var contract = await Contract.OfAsync(api);
        var tenant = await api.TenantAsync();
        var scene = new Scene(contract, tenant);
        var wrong = new List<string>();
        foreach (var operation in contract.Operations.Where(o => o.Method == "GET" && !o.Path.Contains('{') && !o.IsSocket))
        {
            var required = string.Concat(operation.Parameters.Where(IsQuery).Where(p => (bool?)p["required"] == true).Select(p => $"&{p["name"]}={Scene.Sample(p)}"));
            await scene.PastAsync(operation);
            foreach (var parameter in operation.Parameters.Where(IsQuery).Where(p => (string)p["name"]! is not ("cursor" or "after") && (bool?)p["required"] != true))
            {
                var reply = await operation.By(tenant).GetAsync($"{operation.Path}?{parameter["name"]}={Uri.EscapeDataString(Value(parameter))}{required}");
                if (reply.Status != 200) wrong.Add($"{reply.Request} -> {reply.Status} {reply.Text}");
                else if ((string)parameter["name"]! != "fields") wrong.AddRange(operation.Check(reply));
            }
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public async Task Every_refusal_is_described()
    {
        var contract = await Contract.OfAsync(api);
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var scene = new Scene(contract, tenant);
        var wrong = new List<string>();
        foreach (var operation in contract.Operations)
        {
            var path = await scene.PathAsync(operation);
            var body = await scene.BodyAsync(operation);
            async Task Expect(int status, Task<Reply> sending)
            {
                var reply = await sending;
                if (reply.Status != status) wrong.Add($"{operation.Id}: {reply.Request} -> {reply.Status} instead of {status}: {reply.Text}");
                wrong.AddRange(operation.Check(reply));
            }
            var caller = operation.By(tenant);
            if (!operation.IsPublic) await Expect(401, api.Anonymous.SendAsync(operation.Method, path, operation.Encode(body)));
            if (operation is { IsPublic: false, IsPlatform: false }) await Expect(400, tenant.SendAsync(operation.Method, path, operation.Encode(body), ("X-Tenant-Id", "nonsense")));
            if (operation is { IsPublic: false, IsPlatform: false }) await Expect(403, tenant.SendAsync(operation.Method, path, operation.Encode(body), ("X-Tenant-Id", other.Id.ToString())));
            if (operation.IsPlatform) await Expect(401, tenant.SendAsync(operation.Method, path, operation.Encode(body)));
            await Expect(406, caller.SendAsync(operation.Method, path, operation.Encode(body), ("Accept", "text/csv")));
            await Expect(400, caller.SendAsync(operation.Method, path + "?colour=red", operation.Encode(body)));
            if (operation.Body is not null)
            {
                await Expect(415, caller.RawAsync(operation.Method, path, "a=b"u8.ToArray(), "application/x-www-form-urlencoded"));
                await Expect(400, caller.RawAsync(operation.Method, path, "{\"a\": "u8.ToArray(), operation.MediaType));
                await Expect(400, caller.RawAsync(operation.Method, path, "[7]"u8.ToArray(), operation.MediaType));
                await Expect(413, caller.RawAsync(operation.Method, path, new byte[operation.BodyLimit + 1], operation.MediaType));
            }
            if (operation.Path.Contains("{id}", StringComparison.Ordinal))
            {
                if (!operation.IsPlatform) await Expect(404, other.SendAsync(operation.Method, path, operation.Encode(body)));
                await Expect(404, caller.SendAsync(operation.Method, operation.Path.Replace("{id}", "no-uuid", StringComparison.Ordinal), operation.Encode(body)));
                if (operation.Statuses.Contains("412") && !operation.Path.EndsWith("/restore", StringComparison.Ordinal)) await Expect(412, caller.SendAsync(operation.Method, path, operation.Encode(body), ("If-Match", "\"99\"")));
            }
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    /// <summary>What the example cannot know: credentials that count.</summary>
    private static void Secrets(Operation operation, JsonObject body, TenantClient tenant, JsonObject more)
    {
        foreach (var (name, value) in more) body[name] = value?.DeepClone();
        if (operation.Id is "login") body["email"] = tenant.Email;
        if (operation.Id is "login") body["password"] = tenant.Password;
        if (operation.Id is "enrolTotp") body["password"] = tenant.Password;
        if (body.ContainsKey("currentPassword")) body["currentPassword"] = tenant.Password;
        if (body.ContainsKey("refreshToken")) body["refreshToken"] = tenant.RefreshToken;
    }

    /// <summary>Brings the owner's second factor to where an operation about it makes sense, or gets the link of an e-mail.</summary>
    private async Task<JsonObject> SecretsAsync(Operation operation, TenantClient tenant)
    {
        if (operation.Id is "acceptInvitation") return new JsonObject { ["token"] = (await api.InvitedAsync(tenant)).Token };
        if (operation.Id is "resetPassword") return new JsonObject { ["token"] = await api.ResetTokenAsync(tenant) };
        if (operation.Id is "confirmTotp") return new JsonObject { ["code"] = Authenticator.Of(await tenant.BeginSecondFactorAsync()).Code() };
        if (operation.Id is not ("disableTotp" or "renewRecoveryCodes" or "loginWithTotp")) return [];
        var authenticator = (await tenant.SecondFactorAsync()).Authenticator;
        if (operation.Id is not "loginWithTotp") return [];
        var challenge = await tenant.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password });
        return new JsonObject { ["mfaToken"] = (string)challenge.ShouldFail(401, "MFA_REQUIRED").Json["mfaToken"]!, ["code"] = authenticator.Code(1) };
    }

    /// <summary>Operations that need what only an outage makes, another protocol, a secret, or that plans are on.</summary>
    private static bool Needs(Operation operation) => operation.Path.Contains("dead-letters/", StringComparison.Ordinal) || operation.IsSocket || operation.Id is "receiveHook" or "changeSubscription" or "cancelSubscription" or "resumeSubscription" or "payCharge" or "createChargeCheckout";

    private static bool IsQuery(JsonNode parameter) => (string)parameter["in"]! == "query";

    private static string Value(JsonNode parameter) => ((string)parameter["name"]!).EndsWith(".currency", StringComparison.Ordinal) ? "EUR" : (string?)parameter["example"] ?? Scene.Value(parameter["schema"]!);
}
