using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Documents.Templating;

namespace Crm.Domain.Tests.Documents;

public sealed class TemplateTests
{
    private static readonly IReadOnlyDictionary<string, object?> Model = new Dictionary<string, object?>
    {
        ["name"] = "Ada & Co",
        ["empty"] = "",
        ["none"] = null,
        ["yes"] = true,
        ["customer"] = new Dictionary<string, object?> { ["name"] = "Babbage" },
        ["lines"] = new List<object?> { Line("one", "1"), Line("two", "2") },
        ["words"] = new List<object?> { "a", "b", "c" },
        ["nothing"] = new List<object?>(),
    };

    [Theory]
    [InlineData("plain {text}", "plain {text}")]
    [InlineData("{{name}}|{{ customer.name }}|{{customer/name}}|{{missing}}|{{none}}", "Ada &amp; Co|Babbage|Babbage||")]
    [InlineData("{{#each lines}}{{name}}={{n}},{{../customer.name}},{{@root.name}};{{/each}}", "one=1,Babbage,Ada &amp; Co;two=2,Babbage,Ada &amp; Co;")]
    [InlineData("{{#each words}}{{@index}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}", "0a, 1b, 2c")]
    [InlineData("{{#each words}}{{#if @first}}[{{.}}]{{else}}{{this}}{{/if}}{{/each}}", "[a]bc")]
    [InlineData("{{#each nothing}}x{{else}}none{{/each}}{{#each name}}x{{/each}}", "none")]
    [InlineData("{{#if empty}}a{{else if none}}b{{else if yes}}c{{else}}d{{/if}}", "c")]
    [InlineData("{{#if nothing}}a{{^}}b{{/if}}{{#unless none}}c{{/unless}}", "bc")]
    [InlineData("{{#with customer}}{{name}} {{../name}}{{/with}}{{#with none}}x{{else}}-{{/with}}", "Babbage Ada &amp; Co-")]
    [InlineData("{{#with customer}}{{#each @root.words}}{{../name}}{{../../name}}{{/each}}{{/with}}", "BabbageAda &amp; CoBabbageAda &amp; CoBabbageAda &amp; Co")]
    [InlineData("a {{~name~}} b{{! note }}{{!-- {{more}} --}}c", "aAda &amp; Cobc")]
    public void It_is_the_language_of_handlebars(string template, string written) => Written(template).ShouldBe(written);

    [Theory]
    [InlineData("{{#if name}}x", "line 1: {{#if}} is not closed")]
    [InlineData("x\n{{/if}}", "line 2: {{/if}} closes no block")]
    [InlineData("{{#if a}}{{/each}}", "line 1: {{/each}} stands where {{/if}} should")]
    [InlineData("{{name", "line 1: {{ is not closed")]
    [InlineData("{{}}", "line 1: a variable is missing")]
    [InlineData("{{name | upper}}", "line 1: \"name | upper\" is no variable")]
    [InlineData("{{lookup this name}}", "line 1: \"lookup this name\" is no variable")]
    [InlineData("{{&name}}", "line 1: values are always escaped: write {{name}}")]
    public void A_mistake_is_told_with_its_line(string template, string told) =>
        Should.Throw<CrmException>(() => Written(template)).Errors!["html"].ShouldBe([told]);

    [Fact]
    public void Blocks_have_an_end_to_their_depth()
    {
        Written(Nested(32)).ShouldBe("x");
        Should.Throw<CrmException>(() => Written(Nested(33))).Errors!["html"].Single().ShouldContain("nested deeper than 32");
        Should.Throw<CrmException>(() => Written("{{#if none}}" + string.Concat(Enumerable.Repeat("{{else if none}}", 40)) + "{{/if}}")).Code.ShouldBe("VALIDATION_FAILED");
    }

    [Fact]
    public void Rounds_and_characters_are_counted()
    {
        var rounds = string.Concat(Enumerable.Repeat("{{#each @root.words}}", 14)) + string.Concat(Enumerable.Repeat("{{/each}}", 14));
        Should.Throw<CrmException>(() => Written(rounds)).Code.ShouldBe("TEMPLATE_LIMIT_REACHED");
        var text = string.Concat(Enumerable.Repeat("{{#each @root.words}}", 8)) + new string('x', 1_000) + string.Concat(Enumerable.Repeat("{{/each}}", 8));
        Should.Throw<CrmException>(() => Written(text)).Code.ShouldBe("TEMPLATE_LIMIT_REACHED");
    }

    [Fact]
    public void What_is_named_and_not_there_is_remembered()
    {
        var budget = new TemplateBudget();
        Template.Parse("{{custmer.name}}{{name.first}}{{#if nope}}{{/if}}{{#each lines}}{{n}}{{m}}{{/each}}", "html").Render(Model, budget);
        budget.Missing.ShouldBe(["custmer.name", "m", "name.first", "nope"]);
    }

    [Fact]
    public void Plain_text_is_not_escaped() => Template.Parse("{{name}}", "subject").Render(Model, new TemplateBudget(), asText: true).ShouldBe("Ada & Co");

    [Fact]
    public void The_default_keeps_its_type_and_language_and_becomes_it_once()
    {
        var template = DocumentTemplate.Draft(Guid.NewGuid(), new DocumentTemplateDetails { Name = "x", Type = DocumentType.Invoice, Html = "x" });
        template.MakeDefault();
        Should.Throw<CrmException>(template.MakeDefault).Code.ShouldBe("INVALID_STATE");
        Should.Throw<CrmException>(() => template.Revise(template.Details with { Language = "bg" })).Code.ShouldBe("INVALID_STATE");
        template.StepDown();
        template.Revise(template.Details with { Language = "bg" });
        template.IsDefault.ShouldBeFalse();
    }

    private static string Written(string template) => Template.Parse(template, "html").Render(Model, new TemplateBudget());

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{{#if name}}", depth)) + "x" + string.Concat(Enumerable.Repeat("{{/if}}", depth));

    private static Dictionary<string, object?> Line(string name, string n) => new() { ["name"] = name, ["n"] = n };
}
