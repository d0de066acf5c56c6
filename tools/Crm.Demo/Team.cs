using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Demo;

/// <summary>One team and who leads it. Names identify teams and members within the demo.</summary>
internal sealed record TeamPlan(string Name, string Region, string Manager);

internal sealed record MemberPlan(string FullName, string Role, string Team);

/// <summary>Teams and members: they are no batch resource, and the two refer to each other.</summary>
internal sealed class Team(ApiClient api, Batches batches, Session session)
{
    private const int Parallel = 3;

    /// <summary>Brings teams and members about and returns the user ids by full name, the team ids by name.</summary>
    internal async Task<(Dictionary<string, string> Users, Dictionary<string, string> Teams)> EnsureAsync(
        IReadOnlyList<TeamPlan> teams, IReadOnlyList<MemberPlan> members)
    {
        Dictionary<string, string> teamIds = [], userIds = [];
        await batches.StepAsync("teams", async tally =>
        {
            foreach (var team in teams)
                if (await UpsertAsync(team, null, tally) is { } id) teamIds[team.Name] = id;
        });
        batches.StopOnFailure();

        var existing = (await api.ListAsync("team/members")).Where(m => m.Text("email") is not null)
            .ToDictionary(m => m.Text("email")!, StringComparer.OrdinalIgnoreCase);
        await batches.StepAsync("members", tally => System.Threading.Tasks.Parallel.ForEachAsync(
            members, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (member, _) =>
            {
                var id = await EnsureMemberAsync(member, teamIds[member.Team], existing, tally);
                if (id is not null) lock (userIds) userIds[member.FullName] = id;
            }));
        batches.StopOnFailure();

        // A team's manager is a member and a member's team must exist, hence the second look at the teams.
        await batches.StepAsync("team managers", async tally =>
        {
            foreach (var team in teams) await UpsertAsync(team, userIds[team.Manager], tally);
        });
        batches.StopOnFailure();
        return (userIds, teamIds);
    }

    private async Task<string?> UpsertAsync(TeamPlan team, string? managerId, Tally tally)
    {
        var body = new JsonObject { ["name"] = team.Name, ["region"] = team.Region }.With("managerId", managerId);
        try
        {
            var answer = await api.SendAsync(
                HttpMethod.Put, $"teams/by-external-id/{Uri.EscapeDataString(Aliases.ExternalId(team.Name))}", body);
            return batches.Count(answer, tally);
        }
        catch (ApiException e)
        {
            tally.Fail($"team {team.Name}: {e.Message}");
            return null;
        }
    }

    private async Task<string?> EnsureMemberAsync(
        MemberPlan member, string teamId, Dictionary<string, JsonElement> existing, Tally tally)
    {
        var email = $"{Aliases.Slug(member.FullName)}@{session.Domain}";
        try
        {
            if (!existing.TryGetValue(email, out var known))
            {
                var answer = await api.SendAsync(HttpMethod.Post, "team/members", new JsonObject
                {
                    ["fullName"] = member.FullName,
                    ["email"] = email,
                    ["password"] = session.State.MemberPassword,
                    ["role"] = member.Role,
                    ["teamId"] = teamId,
                });
                tally.Count(201, changed: true);
                return answer.GetProperty("data").Id();
            }

            if (known.Text("teamId") == teamId && known.Text("role") == member.Role)
                tally.Count(200, changed: false);
            else
            {
                await api.SendAsync(HttpMethod.Patch, $"team/members/{known.Id()}", new JsonObject { ["role"] = member.Role, ["teamId"] = teamId });
                tally.Count(200, changed: true);
            }

            return known.Id();
        }
        catch (ApiException e)
        {
            tally.Fail($"member {member.FullName}: {e.Message}");
            return null;
        }
    }
}
