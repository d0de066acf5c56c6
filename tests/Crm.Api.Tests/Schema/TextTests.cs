using System.Text;
using System.Text.Json;
using static Crm.Api.Tests.Schema.SchemaFixture;

namespace Crm.Api.Tests.Schema;

/// <summary>How the database folds and finds text, and that no text a client may send breaks it.</summary>
[Collection(nameof(SchemaCollection))]
public sealed class TextTests(SchemaFixture schema)
{
    [Theory]
    [InlineData("Müller", "muller")]
    [InlineData("Mu\u0308ller", "muller")]
    [InlineData("ИВАНОВ", "иванов")]
    [InlineData("И\u0306", "й")]
    [InlineData("Straße", "strasse")]
    [InlineData("ÉCOLE", "ecole")]
    [InlineData("", "")]
    public async Task Case_and_accents_are_ignored(string text, string folded) =>
        (await RowsAsync(schema.App, $"select crm.fold('{text}'), crm.fold('{text}' collate \"und-x-icu\")")).ShouldBe([$"{folded} {folded}"]);

    [Theory]
    [InlineData("100%", "100\\%")]
    [InlineData("a_b", "a\\_b")]
    [InlineData("\\", "\\\\")]
    [InlineData("\uFF05", "\\%")]
    public async Task What_a_user_types_is_no_pattern(string text, string pattern) =>
        (await RowsAsync(schema.App, $"select crm.fold_pattern('{text}')")).ShouldBe([pattern]);

    [Theory]
    [InlineData("smith", true)]
    [InlineData("SMÍ", true)]
    [InlineData("john smith", true)]
    [InlineData("smith nobody", false)]
    [InlineData("jo smith", false)] // only the last word is a prefix
    [InlineData("john.smith@acme-works.com", true)]
    [InlineData("acme", true)]
    [InlineData("works", true)]
    [InlineData("@acme", true)]
    [InlineData("+359 88 123", true)]
    [InlineData("359881", true)]
    [InlineData("лудогорие", true)]
    [InlineData("o'bri", true)]
    [InlineData("' & | ! ( ) :* <->", false)]
    [InlineData("", false)]
    public async Task Search_finds_every_word_and_the_beginning_of_the_last(string phrase, bool found)
    {
        const string document = "John Smith-Müller O''Brien <john.smith@acme-works.com> +359 88 1234 359881234 ЛУДОГОРИЕ https://www.acme-works.com/about";

        (await RowsAsync(schema.App, $"select crm.search_vector('{document}') @@ crm.search_query('{phrase.Replace("'", "''")}')")).ShouldBe([found.ToString()]);
    }

    [Fact]
    public async Task Any_text_is_stored_unchanged_and_found_by_itself()
    {
        var texts = Awkward().Concat(Naughty()).ToArray();
        var json = JsonSerializer.Serialize(texts).Replace("'", "''");
        var sql = $"""
            create temp table awkward on commit drop as select ordinality as n, value from json_array_elements_text('{json}') with ordinality;
            insert into crm.leads (tenant_id, id, name, email, phone, phone_digits, company, job_title, website, notes, tags, external_id)
              select '{OtherTenant}', gen_random_uuid(), left(value, 300), left(value, 254), left(value, 40), left(value, 40), left(value, 300), left(value, 300), left(value, 300),
                value, array[left(value, 50)], n::text from awkward;
            insert into crm.contacts (tenant_id, id, last_name, emails, phones, notes) select '{OtherTenant}', gen_random_uuid(), left(value, 300), array[left(value, 254)], array[left(value, 40)], value from awkward;
            insert into crm.activities (tenant_id, id, type, subject, body, occurred_at) select '{OtherTenant}', gen_random_uuid(), 'NOTE', left(value, 300), value, now() from awkward;
            select count(*), count(*) filter (where l.notes = a.value and l.name = left(a.value, 300)),
              count(*) filter (where l.search @@ crm.search_query(l.name) or numnode(crm.search_query(l.name)) = 0),
              count(*) filter (where crm.fold(l.name) like '%' || crm.fold_pattern(l.name) || '%')
            from awkward a join crm.leads l on l.tenant_id = '{OtherTenant}' and l.external_id = a.n::text;
            rollback
            """;

        (await schema.AsTenantAsync(OtherTenant, sql)).ShouldBe([string.Join(' ', Enumerable.Repeat(texts.Length, 4))]);
    }

    // 20,000 characters each, the longest text there is: huge words, as many words as fit, marks, tags, escapes, expanding letters.
    private static IEnumerable<string> Awkward()
    {
        string[] repeated = ["ж", "😀", "é", "e\u0301", "\u0301", "\uFDFA", "½", "ß", "a-", "a.", "a@b.c ", "<a href='x'>", "&amp;", "http://a.b/c?d=e ", "'", "\\", "' & | ! : * ( ) ", ":*", "1e", "1.", "/", "%", "a b ", "\t\u0001\u007F ", "\u202E\uFEFF\u200B", "İ"];
        foreach (var part in repeated) yield return new StringBuilder().Insert(0, part, 20_000 / part.Length).ToString();
        foreach (var length in new[] { 2_046, 2_047, 2_048 }) yield return new string('w', length);
        yield return string.Join(' ', Enumerable.Range(0, 6_600).Select(i => $"{(char)(0x4E00 + i)}{(char)('a' + i % 26)}"));
        var random = new Random(7);
        yield return string.Concat(Enumerable.Range(0, 10_000).Select(_ => char.ConvertFromUtf32(random.Next(0x10000, 0x1FFFF))));
    }

    // The collected strings of others are no part of the repository; without them the ones above stand alone.
    private static IEnumerable<string> Naughty()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", "badinput", "blns.json");
            if (File.Exists(file)) return JsonSerializer.Deserialize<string[]>(File.ReadAllText(file))!;
        }

        TestContext.Current.TestOutputHelper?.WriteLine("shared/data/badinput/blns.json is absent: only our own strings were tried");
        return [];
    }
}
