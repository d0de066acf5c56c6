using System.Globalization;
using CsvHelper;

namespace Crm.Demo;

internal sealed record Account(string Name, string? Sector, decimal? Revenue, string? Employees, string? Founded, string? Country, string? Parent, string Source);

internal sealed record Product(string Name, string? Series, decimal Price, string Source);

internal sealed record Agent(string Name, string Manager, string Region, string Source);

internal sealed record Opportunity(
    string Id, string Agent, string Product, string? Account, string Stage, DateOnly? Engaged, DateOnly? Closed, decimal? Value, string Source);

/// <summary>
/// The four files of a sales folder, read and checked against each other before the first request is sent: a folder
/// with a mistake changes nothing.
/// </summary>
internal sealed class SalesFiles
{
    internal static readonly string[] Stages = ["Prospecting", "Engaging", "Won", "Lost"];

    private static readonly CsvReaderOptions Format = CsvReaderOptions.Default with
    {
        Separator = ',', TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw, FieldCountMismatch = CsvFieldCountHandling.Throw,
    };

    private readonly List<string> problems = [];

    private SalesFiles(string directory)
    {
        Accounts = Read(directory, "accounts.csv", (csv, at) => new Account(
            Required(csv, "account", at), Text(csv, "sector") is { } s ? Aliases.Sector(s) : null, Amount(csv, "revenue", at),
            Text(csv, "employees"), Text(csv, "year_established"), Country(csv, at), Text(csv, "subsidiary_of"), at));
        Products = Read(directory, "products.csv", (csv, at) => new Product(
            Required(csv, "product", at), Text(csv, "series"), Amount(csv, "sales_price", at) ?? 0, at));
        Agents = Read(directory, "sales_teams.csv", (csv, at) => new Agent(
            Required(csv, "sales_agent", at), Required(csv, "manager", at), Required(csv, "regional_office", at), at));
        Opportunities = Read(directory, "sales_pipeline.csv", (csv, at) => new Opportunity(
            Required(csv, "opportunity_id", at), Required(csv, "sales_agent", at), Aliases.Product(Required(csv, "product", at)),
            Text(csv, "account"), Required(csv, "deal_stage", at), Date(csv, "engage_date", at), Date(csv, "close_date", at),
            Amount(csv, "close_value", at), at));
    }

    internal List<Account> Accounts { get; }

    internal List<Product> Products { get; }

    internal List<Agent> Agents { get; }

    internal List<Opportunity> Opportunities { get; }

    /// <exception cref="DemoException">A file is missing or a row is wrong; every wrong row is named.</exception>
    internal static SalesFiles Read(string directory)
    {
        if (!Directory.Exists(directory)) throw new DemoException($"There is no folder {directory}.", 2);
        var files = new SalesFiles(directory);
        files.CheckReferences();
        return files.problems.Count == 0
            ? files
            : throw new DemoException($"{files.problems.Count} rows cannot be loaded:\n  {string.Join("\n  ", files.problems)}", 1);
    }

    private List<T> Read<T>(string directory, string name, Func<CsvReader, string, T> row)
    {
        var path = Path.Combine(directory, name);
        if (!File.Exists(path)) throw new DemoException($"{directory} has no {name}.", 2);
        using var csv = CsvReader.FromFile(path, Format);
        List<T> rows = [];
        try
        {
            while (csv.Read()) rows.Add(row(csv, $"{name} line {csv.LineNumber}"));
        }
        // Broken quoting, a row with too few or too many fields, or no column of the name asked for.
        catch (Exception e) when (e is CsvFormatException or KeyNotFoundException)
        {
            throw new DemoException($"{name} line {csv.LineNumber}: {e.Message}", 1);
        }

        return rows;
    }

    private void CheckReferences()
    {
        var accounts = Unique(Accounts.Select(a => (a.Name, a.Source)));
        var products = Unique(Products.Select(p => (p.Name, p.Source)));
        var agents = Unique(Agents.Select(a => (a.Name, a.Source)));
        Unique(Opportunities.Select(o => (o.Id, o.Source)));
        foreach (var team in Agents.GroupBy(a => a.Manager))
            foreach (var agent in team.Where(a => a.Region != team.First().Region))
                problems.Add($"{agent.Source}: the team of {team.Key} is in {team.First().Region}, not {agent.Region}");
        foreach (var account in Accounts.Where(a => a.Parent is not null && !accounts.Contains(a.Parent)))
            problems.Add($"{account.Source}: no account '{account.Parent}'");
        foreach (var o in Opportunities)
        {
            if (!agents.Contains(o.Agent)) problems.Add($"{o.Source}: no sales agent '{o.Agent}'");
            if (!products.Contains(o.Product)) problems.Add($"{o.Source}: no product '{o.Product}'");
            if (o.Account is not null && !accounts.Contains(o.Account)) problems.Add($"{o.Source}: no account '{o.Account}'");
            if (!Stages.Contains(o.Stage)) problems.Add($"{o.Source}: deal_stage '{o.Stage}' is none of {string.Join(", ", Stages)}");
        }
    }

    private HashSet<string> Unique(IEnumerable<(string Name, string Source)> rows)
    {
        HashSet<string> names = [];
        foreach (var (name, source) in rows)
            if (!names.Add(name)) problems.Add($"{source}: '{name}' occurs twice");
        return names;
    }

    private static string? Text(CsvReader csv, string column) => csv.GetString(column) is { Length: > 0 } text ? text : null;

    private string Required(CsvReader csv, string column, string at)
    {
        if (Text(csv, column) is { } text) return text;
        problems.Add($"{at}: {column} is empty");
        return "";
    }

    private decimal? Amount(CsvReader csv, string column, string at)
    {
        if (Text(csv, column) is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount))
            return amount;
        problems.Add($"{at}: {column} '{text}' is no number");
        return null;
    }

    private DateOnly? Date(CsvReader csv, string column, string at)
    {
        if (Text(csv, column) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        problems.Add($"{at}: {column} '{text}' is no date");
        return null;
    }

    private string? Country(CsvReader csv, string at)
    {
        if (Text(csv, "office_location") is not { } name) return null;
        if (Aliases.CountryCode(name) is { } code) return code;
        problems.Add($"{at}: office_location '{name}' is no country the table or its aliases know");
        return null;
    }
}
