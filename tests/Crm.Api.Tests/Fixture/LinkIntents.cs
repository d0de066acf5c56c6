using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with the links of e-mails: they read the e-mail, as its recipient would.</summary>
internal static partial class LinkIntents
{
    /// <summary>Invites somebody; answers the invitation and the token of its e-mail.</summary>
    public static async Task<(Reply Invitation, string Token)> InvitedAsync(this CrmApi api, TenantClient tenant, string? email = null, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["email"] = email ?? $"invited-{Guid.NewGuid():N}@example.com";
        var invitation = (await tenant.PostAsync("/team/invitations", body)).ShouldBe(201);
        return (invitation, await api.InvitationTokenAsync(tenant, invitation.Id));
    }

    /// <summary>The token of the last e-mail of an invitation.</summary>
    public static async Task<string> InvitationTokenAsync(this CrmApi api, TenantClient tenant, Guid invitation) => TokenOf(await api.InvitationMailAsync(tenant, invitation));

    /// <summary>The last e-mail of an invitation, once it is there.</summary>
    public static async Task<string> InvitationMailAsync(this CrmApi api, TenantClient tenant, Guid invitation)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        return await api.MailTextAsync(await connection.QueryFirstAsync<Guid>(
            "select id from crm_read.events where aggregate_id = @invitation and type = 'invitation.sent' order by version desc limit 1", new { invitation }));
    }

    /// <summary>Asks for a new password; answers the token of the e-mail.</summary>
    public static async Task<string> ResetTokenAsync(this CrmApi api, TenantClient tenant)
    {
        (await api.Anonymous.PostAsync("/auth/forgot-password", new { email = tenant.Email })).ShouldBe(202);
        return TokenOf(await api.MailTextAsync((await api.ResetsAsync(tenant.UserId))[0]));
    }

    /// <summary>The resets a user has asked for, the latest first.</summary>
    public static async Task<IReadOnlyList<Guid>> ResetsAsync(this CrmApi api, Guid userId)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        return (await connection.QueryAsync<Guid>("select id from crm.password_resets where user_id = @userId order by id desc", new { userId })).AsList();
    }

    /// <summary>An e-mail, once it is there.</summary>
    public static async Task<string> MailTextAsync(this CrmApi api, Guid message)
    {
        var file = api.MailFile(message);
        await Eventually.Async(() => Task.FromResult(File.Exists(file)), $"{file} is not there");
        return await File.ReadAllTextAsync(file, Encoding.ASCII);
    }

    public static string TokenOf(string mail) => Token().Match(MailText.Body(mail).ReplaceLineEndings("\n")).Value;

    [GeneratedRegex("^[A-Za-z0-9_-]{43}$", RegexOptions.Multiline)]
    private static partial Regex Token();
}
